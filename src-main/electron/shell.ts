import { join } from 'node:path'
import { app, dialog } from 'electron'
import { createConsole, type Console } from '../core/console.ts'
import type { ConsolePorts } from '../core/ports.ts'
import { serveAppProtocol } from './app-protocol.ts'
import { Badge } from './badge.ts'
import { ConsoleWindow } from './console-window.ts'
import { serveConsole } from './ipc-main.ts'
import { setApplicationMenu } from './menu.ts'
import { createElectronPorts, log } from './ports.ts'
import type { ShellOptions } from './shell-options.ts'
import { ConsoleTray } from './tray.ts'
import { lockDownPages } from './web-security.ts'

// Built to dist/electron/: everything else is found from there.
const dist = join(import.meta.dirname, '..')
const assets = join(dist, '..', 'assets')
const icon = join(assets, 'icon.png')
/** The console has this long to end before the app ends without it, in ms. */
const closeWithinMs = 8_000

/** Starts everything, once the app is ready. */
export function startShell(options: ShellOptions): void {
  const dataDir = app.getPath('userData')
  serveAppProtocol(join(dist, 'renderer'))
  lockDownPages()
  setApplicationMenu()
  const ports = createElectronPorts({ dataDir, serverEntry: join(dist, 'server', 'main.js'), icon })
  const opening = openConsole(options, ports, dataDir)
  const window = new ConsoleWindow({
    preload: join(import.meta.dirname, 'preload.cjs'),
    icon,
    stateFile: join(dataDir, 'window.json'),
    log,
  })
  const stopServing = serveConsole(opening, () => window.browserWindow.webContents)
  app.on('second-instance', () => window.bringToFront())
  app.on('activate', () => window.bringToFront())
  app.on('before-quit', () => window.allowClosing())
  opening.then(
    (opened) => attend(opened, window, ports, stopServing),
    (error: unknown) => {
      dialog.showErrorBox(
        'Watchfloor cannot start',
        `Its local store in ${dataDir} cannot be opened: ${String(error)}`,
      )
      app.exit(1)
    },
  )
}

function openConsole(options: ShellOptions, ports: ConsolePorts, dataDir: string): Promise<Console> {
  const { standalone, demo, server, tls, sqliteBinding } = options
  return createConsole(ports, {
    dataDir,
    shell: 'electron',
    tls,
    workerUrl: new URL('../core/store-worker.js', import.meta.url),
    ...(sqliteBinding === null ? {} : { nativeBinding: sqliteBinding }),
    ...(standalone ? { standalone: { demo } } : {}),
    ...(server === null ? {} : { site: server }),
  })
}

/** Draws what the console says outside of its window, and ends it before the app ends. */
function attend(opened: Console, window: ConsoleWindow, ports: ConsolePorts, stopServing: () => void): void {
  const tray = new ConsoleTray(join(assets, 'tray'), opened.trayState(), {
    open: () => window.bringToFront(),
    openIncident: (target) => {
      window.bringToFront()
      opened.focusIncident(target)
    },
    quit: () => app.quit(),
  })
  const badge = new Badge(window)
  opened.onTrayState((state) => {
    tray.show(state)
    badge.show(state)
  })
  // The console tells the page which incident it is about.
  ports.notifier.onClick(() => window.bringToFront())
  app.on('will-quit', (event) => {
    event.preventDefault()
    stopServing()
    tray.close()
    ports.clock.setTimer(closeWithinMs, () => app.exit(1))
    void opened.close().finally(() => app.exit(0))
  })
}
