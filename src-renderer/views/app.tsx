import { useCallback, useState } from 'react'
import { Announcements } from '../components/announcements.tsx'
import { useKeyboard } from '../hooks/use-keyboard.ts'
import { useBoard, useFreshness, useSession } from '../hooks/use-session.ts'
import { texts } from '../texts.ts'
import { EventFeed } from './event-feed.tsx'
import { FailedScreen } from './failed-screen.tsx'
import { FirstStart } from './first-start.tsx'
import { HelpDialog } from './help-dialog.tsx'
import { IncidentList } from './incident-list.tsx'
import { IncidentPane } from './incident-pane.tsx'
import { Notices } from './notices.tsx'
import { OpenPanel } from './open-panel.tsx'
import { TopBar } from './top-bar.tsx'

/** The page: one of the screens before there is a board, else the console. */
export function App() {
  const phase = useBoard((state) => state.phase)
  const isShellGone = useFreshness((view) => view.shellGone)
  switch (phase) {
    case 'loading':
      if (isShellGone) return <FailedScreen />
      return (
        <main className="screen">
          <h1 className="waiting">{texts.loading}</h1>
        </main>
      )
    case 'failed':
      return <FailedScreen />
    case 'firstStart':
      return <FirstStart />
    case 'ready':
      return <Console />
  }
}

function Console() {
  const session = useSession()
  const [isHelpOpen, setHelpOpen] = useState(false)
  const openHelp = useCallback(() => setHelpOpen(true), [])
  useKeyboard(session, openHelp)
  const state = useFreshness((view) => view.state)
  return (
    <div className={`console is-${state}`}>
      <TopBar openHelp={openHelp} />
      <main className="columns">
        <IncidentList />
        <IncidentPane />
      </main>
      <EventFeed />
      <Notices />
      <OpenPanel />
      {isHelpOpen && <HelpDialog close={() => setHelpOpen(false)} />}
      <Announcements />
    </div>
  )
}
