import { useBoard, useFreshness, useNow, useSession } from '../hooks/use-session.ts'
import { KeyHint } from '../components/key-hint.tsx'
import { Logo } from '../components/logo.tsx'
import { Person } from '../components/person.tsx'
import { SeverityMark } from '../components/severity-mark.tsx'
import { formatClock, formatSince, formatUtc } from '../state/format.ts'
import { viewSources } from '../state/freshness-view.ts'
import { texts } from '../texts.ts'
import { FreshnessPill } from './freshness-pill.tsx'

/** Always on screen: how fresh everything is, which sources are silent, the time, and who is signed in. */
export function TopBar({ openHelp }: { openHelp: () => void }) {
  return (
    <header className="top-bar">
      <h1 className="unseen">{texts.product}</h1>
      <Logo />
      <FreshnessPill />
      <SourcesState />
      <div className="room" />
      <button type="button" className="button" onClick={openHelp} aria-keyshortcuts="?">
        {texts.help.open} <KeyHint keys="?" />
      </button>
      <Clock />
      <Operator />
    </header>
  )
}

function SourcesState() {
  const sites = useBoard((state) => state.sites)
  const { total, silent } = viewSources(sites)
  const now = useSession().clock.store.getState().now
  const [longest] = silent
  const isBlind = useFreshness((view) => view.state === 'blind')
  // What a source does while there is no connection is not known.
  if (total === 0 || isBlind) return null
  if (longest === undefined) return <div className="sources">{texts.sources.all(total)}</div>
  const each = silent.map(({ name, since }) => texts.sources.silentEach(name, formatSince(since, now)))
  return (
    <div className="sources is-silent" title={each.join('\n')}>
      <SeverityMark severity="warning" />
      {texts.sources.silent(silent.length, total, formatSince(longest.since, now))}
    </div>
  )
}

function Clock() {
  const local = useNow(formatClock)
  const utc = useNow(formatUtc)
  return (
    <div className="clock" title={texts.clock}>
      <span>{local}</span>
      <small>{utc}</small>
    </div>
  )
}

function Operator() {
  const operator = useBoard(({ sites }) => sites.find((site) => site.operator !== null)?.operator)
  if (!operator) return null
  return (
    <div title={texts.operator(operator.name, operator.role)}>
      <Person name={operator.name} isMe />
      <span className="unseen">{texts.operator(operator.name, operator.role)}</span>
    </div>
  )
}
