/** The entry: what has to happen before the app is ready. All else is in shell.ts. */
import { app } from 'electron'
import { declareAppScheme } from './app-scheme.ts'
import { readShellOptions } from './shell-options.ts'
import { startShell } from './shell.ts'

const options = readShellOptions(process.argv.slice(1), process.env)

// A runtime that wraps Electron (ELECTRON_OVERRIDE_DIST_PATH) may load us later than this can be said: the window is
// sandboxed all the same, and its page gets an origin that nobody shares instead of one of its own.
if (!app.isReady()) {
  app.enableSandbox()
  declareAppScheme()
}
app.setAppUserModelId('io.watchfloor.console')
// Everything of one console is in one folder; another folder is another console, and may run beside it.
if (options.dataDir !== null) app.setPath('userData', options.dataDir)

if (app.requestSingleInstanceLock()) void app.whenReady().then(() => startShell(options))
else app.quit()
