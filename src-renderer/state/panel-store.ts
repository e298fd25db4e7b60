import { createStore, type StoreApi } from 'zustand/vanilla'
import {
  panelNames,
  type MaintenanceView,
  type PanelName,
  type ShiftLog,
} from '../../src-shared/console-panels.ts'

/** What is shown is asked for again at most this often, in ms. */
const againMs = 250

/** Panels whose content the server itself is asked for; each has a store of its own. */
export const askedPanels = ['figures', 'logSearch', 'rules'] as const
export type AskedPanel = (typeof askedPanels)[number]

export interface PanelState {
  /** The panel that is open over the board. */
  open: PanelName | AskedPanel | null
  shift: readonly ShiftLog[] | null
  maintenance: readonly MaintenanceView[] | null
}

export interface PanelQuestions {
  shift: () => Promise<ShiftLog[] | null>
  maintenance: () => Promise<MaintenanceView[] | null>
}

/** The dialogs beside the board, each read again while it is open and its content changes. */
export class PanelStore {
  readonly store: StoreApi<PanelState> = createStore<PanelState>()(() => ({
    open: null,
    shift: null,
    maintenance: null,
  }))
  readonly #ask: PanelQuestions
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(ask: PanelQuestions) {
    this.#ask = ask
  }

  show(open: PanelName | AskedPanel | null): void {
    this.store.setState({ open })
    if (isRead(open)) void this.#read(open)
  }

  /** The content of these is another now. */
  changed(panels: readonly PanelName[]): void {
    const { open } = this.store.getState()
    if (!isRead(open) || !panels.includes(open)) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#read(open)
    }, againMs)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  async #read(panel: PanelName): Promise<void> {
    const answer = await this.#ask[panel]()
    if (answer !== null) this.store.setState({ [panel]: answer })
  }
}

/** Whether a panel is read from the local store. */
function isRead(panel: PanelState['open']): panel is PanelName {
  return panel !== null && (panelNames as readonly string[]).includes(panel)
}
