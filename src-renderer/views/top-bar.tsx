import { useSession, useBoard, useNow } from '../hooks/use-session.ts'
import { KeyHint } from '../components/key-hint.tsx'
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
      <Mark />
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

function Mark() {
  return (
    <svg className="logo" width="20" height="20" viewBox="0 0 20 20" fill="none" aria-hidden="true">
      <circle cx="10" cy="10" r="7.5" stroke="currentColor" strokeWidth="1.6" />
      <path d="M10 2.5v3M10 14.5v3M2.5 10h3M14.5 10h3" stroke="currentColor" strokeWidth="1.6" />
      <circle className="logo-eye" cx="10" cy="10" r="2.2" />
    </svg>
  )
}

function SourcesState() {
  const sites = useBoard((state) => state.sites)
  const { total, silent } = viewSources(sites)
  const now = useSession().clock.store.getState().now
  const [longest] = silent
  if (total === 0) return null
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
