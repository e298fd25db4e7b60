import { join } from 'node:path'
import { Menu, nativeImage, Tray, type NativeImage } from 'electron'
import type { TrayState } from '../core/ports.ts'
import { countText, drawCount } from './tray-count.ts'
import { trayMenu, type TrayActions } from './tray-menu.ts'
import { pictureName, trayTooltip } from './tray-picture.ts'

/** The tray icon: how fresh it is, how bad it is, how many; its menu leads to the newest incidents. */
export class ConsoleTray {
  readonly #folder: string
  readonly #actions: TrayActions
  readonly #tray: Tray

  /** `folder` holds a PNG for each state (assets/tray). */
  constructor(folder: string, state: TrayState, actions: TrayActions) {
    this.#folder = folder
    this.#actions = actions
    this.#tray = new Tray(this.#picture(state))
    this.#tray.on('click', actions.open)
    this.show(state)
  }

  show(state: TrayState): void {
    this.#tray.setImage(this.#picture(state))
    this.#tray.setToolTip(trayTooltip(state))
    this.#tray.setContextMenu(Menu.buildFromTemplate(trayMenu(state, this.#actions)))
    if (process.platform === 'darwin') this.#tray.setTitle(countText(state.triggered))
  }

  close(): void {
    this.#tray.destroy()
  }

  #picture(state: TrayState): NativeImage {
    const image = nativeImage.createFromPath(join(this.#folder, `${pictureName(state)}.png`))
    const { width, height } = image.getSize()
    // macOS writes the count beside the icon.
    const text = process.platform === 'darwin' ? '' : countText(state.triggered)
    const { pixels } = drawCount({ pixels: image.toBitmap(), width, height }, text)
    const scaleFactor = process.platform === 'darwin' ? 2 : 1
    return nativeImage.createFromBitmap(Buffer.from(pixels), { width, height, scaleFactor })
  }
}
