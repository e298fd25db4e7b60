import { useBoard, useNow } from '../hooks/use-session.ts'
import { KeyButton } from '../components/key-button.tsx'
import { Logo } from '../components/logo.tsx'
import { Person } from '../components/person.tsx'
import { formatClock, formatUtc } from '../state/format.ts'
import { texts } from '../texts.ts'
import { AwayAccounts } from './away-accounts.tsx'
import { FreshnessPill } from './freshness-pill.tsx'
import { SourcesState } from './sources-state.tsx'

/** Always on screen: how fresh everything is, which sources are silent, the time, and who is signed in. */
export function TopBar({ openHelp }: { openHelp: () => void }) {
  return (
    <header className="top-bar">
      <h1 className="unseen">{texts.product}</h1>
      <Logo />
      <FreshnessPill />
      <SourcesState />
      <AwayAccounts />
      <div className="room" />
      <KeyButton keys="?" onClick={openHelp}>
        {texts.help.open}
      </KeyButton>
      <Clock />
      <Operator />
    </header>
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
