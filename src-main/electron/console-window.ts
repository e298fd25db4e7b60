import { BrowserWindow, screen } from 'electron'
import type { Log } from '../core/ports.ts'
import { appOrigin } from './app-scheme.ts'
import { placeWindow, readWindowState, smallest, writeWindowState } from './window-state.ts'

export interface ConsoleWindowOptions {
  preload: string
  icon: string
  stateFile: string
  log: Log
}

/**
 * The one window. Closing it hides it, so that the console goes on watching; the tray, a notification or another
 * start bring it back, and `allowClosing` lets it go when the app ends.
 */
export class ConsoleWindow {
  readonly #window: BrowserWindow
  readonly #stateFile: string
  #mayClose = false

  constructor({ preload, icon, stateFile, log }: ConsoleWindowOptions) {
    this.#stateFile = stateFile
    const screens = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(
      (display) => display.workArea,
    )
    const { bounds, isMaximized } = placeWindow(readWindowState(stateFile), screens)
    this.#window = new BrowserWindow({
      ...bounds,
      minWidth: smallest.width,
      minHeight: smallest.height,
      show: false,
      // The page's own background: no white flash in a dark room.
      backgroundColor: '#0d1014',
      autoHideMenuBar: true,
      icon,
      webPreferences: {
        preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
      },
    })
    if (isMaximized) this.#window.maximize()
    this.#window.once('ready-to-show', () => this.#window.show())
    this.#window.on('close', (event) => this.#closing(event))
    this.#window.webContents.on('render-process-gone', (_event, { reason }) => {
      log('error', 'the page ended and is loaded again', { reason })
      if (!this.#mayClose) this.#load(log)
    })
    this.#load(log)
  }

  get browserWindow(): BrowserWindow {
    return this.#window
  }

  isInFront(): boolean {
    return this.#window.isVisible() && this.#window.isFocused()
  }

  bringToFront(): void {
    if (this.#window.isMinimized()) this.#window.restore()
    this.#window.show()
    this.#window.focus()
  }

  allowClosing(): void {
    this.#mayClose = true
  }

  #closing(event: Electron.Event): void {
    const isMaximized = this.#window.isMaximized()
    writeWindowState(this.#stateFile, { bounds: this.#window.getNormalBounds(), isMaximized })
    if (this.#mayClose) return
    event.preventDefault()
    this.#window.hide()
  }

  #load(log: Log): void {
    this.#window.loadURL(`${appOrigin}/`).catch((error: unknown) => {
      log('error', 'the page could not be loaded', { error: String(error) })
    })
  }
}
