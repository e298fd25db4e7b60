import { app } from 'electron'
import type { TrayState } from '../core/ports.ts'
import type { ConsoleWindow } from './console-window.ts'

/** The number on the dock or taskbar, and a flash when it grows while nobody is looking. */
export class Badge {
  readonly #window: ConsoleWindow
  #shown = 0

  constructor(window: ConsoleWindow) {
    this.#window = window
    window.browserWindow.on('focus', () => window.browserWindow.flashFrame(false))
  }

  show({ triggered }: TrayState): void {
    app.setBadgeCount(triggered)
    if (triggered > this.#shown && !this.#window.isInFront()) this.#window.browserWindow.flashFrame(true)
    this.#shown = triggered
  }
}
