import { useStore } from 'zustand/react'
import type { AwayAccount } from '../../src-shared/console-views.ts'
import { Disclosure } from '../components/disclosure.tsx'
import { SeverityMark } from '../components/severity-mark.tsx'
import { useBoard, useFreshness, useSession } from '../hooks/use-session.ts'
import { viewAway } from '../state/away-store.ts'
import { formatDuration, formatSince } from '../state/format.ts'
import { returnFocus } from '../hooks/list-focus.ts'
import { texts } from '../texts.ts'

const words = texts.away

/** "You were away": in the bar, where it moves and covers nothing, with the whole account behind it. */
export function AwayAccounts() {
  const session = useSession()
  const accounts = useStore(session.away.store, (state) => state.accounts)
  const isBlind = useFreshness(({ state }) => state === 'blind')
  const view = viewAway(accounts)
  // Away again: what was caught up before says nothing of now, and the bar belongs to what is wrong.
  if (view === null || isBlind) return null
  const isWhole = view.incomplete === 0
  const dismiss = () => {
    session.dismissAway()
    returnFocus()
  }
  const line = (
    <>
      {!isWhole && <SeverityMark severity="critical" />}
      <span className="away-line">{words.line(view)}</span>
    </>
  )
  return (
    <div className={isWhole ? 'away' : 'away is-incomplete'} data-testid="away">
      <Disclosure className="away-account" line={line} label={words.label}>
        {accounts.map((account) => (
          <Account key={account.siteId} account={account} />
        ))}
        <button type="button" className="button" onClick={dismiss}>
          {words.read}
        </button>
      </Disclosure>
      <button
        type="button"
        className="close"
        aria-label={words.dismiss}
        title={words.dismiss}
        onClick={dismiss}
      >
        <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
          <path d="M1 1 9 9M9 1 1 9" stroke="currentColor" strokeWidth="1.5" />
        </svg>
      </button>
    </div>
  )
}

function Account({ account }: { account: AwayAccount }) {
  const siteName = useBoard(({ sites }) =>
    sites.length > 1 ? sites.find(({ siteId }) => siteId === account.siteId)?.name : undefined,
  )
  const { from, to, cause, durationMs, lost } = account
  return (
    <section>
      {siteName !== undefined && <h3>{siteName}</h3>}
      <p>
        <b>{formatDuration(durationMs)}</b> ·{' '}
        {words.span(formatSince(from, to), formatSince(to, to), words.cause[cause])}
      </p>
      <p>{words.caughtUp(account)}</p>
      <p>{words.incidents(account)}</p>
      {lost !== null && (
        <p className="lost">
          <b>{words.lost}:</b> {lost}
        </p>
      )}
    </section>
  )
}
