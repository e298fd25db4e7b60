import { useFreshness, useNow, useSession } from '../hooks/use-session.ts'
import { formatDuration, formatSince } from '../state/format.ts'
import type { FreshnessView } from '../state/freshness-view.ts'
import { texts } from '../texts.ts'

/** How fresh what is shown is, since when, why, and what is being done about it. */
export function FreshnessPill() {
  const session = useSession()
  const view = useFreshness((each) => each)
  return (
    <div
      className={`freshness is-${view.state}`}
      role="group"
      aria-label={texts.freshness.label}
      data-testid="freshness"
    >
      <span className="dot" aria-hidden="true" />
      {view.state === 'live' && view.isPolling ? (
        <b title={texts.freshness.pollingHint}>{texts.freshness.livePolling}</b>
      ) : (
        <b>{texts.freshness.word[view.state]}</b>
      )}
      {view.state === 'live' ? <LiveFacts view={view} /> : <Trouble view={view} />}
      {view.waiting > 0 && <span className="fact">{texts.freshness.waiting(view.waiting)}</span>}
      {(view.state === 'blind' || view.nextAttemptAt !== null) && (
        <button type="button" className="button" onClick={() => session.connectNow()}>
          {texts.freshness.tryNow}
        </button>
      )}
    </div>
  )
}

function LiveFacts({ view }: { view: FreshnessView }) {
  const facts = [
    view.siteCount > 1 ? texts.freshness.sites(view.siteCount) : null,
    view.roundTripMs === null ? null : texts.freshness.roundTrip(view.roundTripMs),
    view.behind > 0 ? texts.freshness.behind(view.behind) : null,
  ]
  return <span className="fact">{facts.filter((fact) => fact !== null).join(' · ')}</span>
}

function Trouble({ view }: { view: FreshnessView }) {
  const since = useNow((now) => (view.since === 0 ? '' : texts.freshness.since(formatSince(view.since, now))))
  const next = useNow((now) => nextAttempt(view.nextAttemptAt, now))
  const reason = view.shellGone ? texts.freshness.shellGone : view.reason
  // One or two failures are a restart; after that the page's own key may be what no longer fits.
  const hint = view.shellGone && view.failedAttempts > 2 ? texts.freshness.shellHint : null
  return (
    <>
      {since !== '' && <span className="since">{since}</span>}
      {view.siteName !== null && <span className="fact">{view.siteName}</span>}
      {reason !== null && (
        <span className="fact reason" title={hint === null ? reason : `${reason}. ${hint}`}>
          {hint === null ? reason : `${reason}. ${hint}`}
        </span>
      )}
      {view.behind > 0 && <span className="fact">{texts.freshness.behind(view.behind)}</span>}
      {next !== '' && <span className="fact next">{next}</span>}
    </>
  )
}

function nextAttempt(nextAttemptAt: number | null, now: number): string {
  if (nextAttemptAt === null) return ''
  if (nextAttemptAt <= now) return texts.freshness.tryingNow
  return texts.freshness.nextIn(formatDuration(Math.ceil((nextAttemptAt - now) / 1000) * 1000))
}
