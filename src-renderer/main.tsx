import './bridge/jitless.ts'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { chooseBridge } from './bridge/choose-bridge.ts'
import { CrashScreen } from './components/crash-screen.tsx'
import { SessionContext } from './hooks/use-session.ts'
import { ConsoleSession } from './state/console-session.ts'
import { followPageChrome } from './state/page-chrome.ts'
import './styles/theme.css'
import './styles/base.css'
import './styles/top-bar.css'
import './styles/list.css'
import './styles/incident.css'
import './styles/forms.css'
import './styles/panels.css'
import './styles/figures.css'
import './styles/filter.css'
import './styles/log-search.css'
import './styles/rules.css'
import './styles/bulk.css'
import './styles/feed.css'
import './styles/notices.css'
import './styles/screens.css'
import { App } from './views/app.tsx'

const session = new ConsoleSession(chooseBridge(window))
followPageChrome(session, document)

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no element "root"')
createRoot(root).render(
  <StrictMode>
    <CrashScreen>
      <SessionContext value={session}>
        <App />
      </SessionContext>
    </CrashScreen>
  </StrictMode>,
)
