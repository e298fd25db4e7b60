import type { ConsoleHost } from '../../src-shared/console-api.ts'
import type { Cancel, ConsolePorts, IncidentRef, TrayState } from './ports.ts'

export interface ConsoleOptions {
  /** The folder of the local store; made when it is missing. One console at a time may use it. */
  dataDir: string
  shell: 'electron' | 'web'
  /** Where the built store worker is; without it the core uses its own source. */
  workerUrl?: URL
  /** A better-sqlite3 binding to load instead of the packaged one. */
  nativeBinding?: string
  /** Starts the bundled server (and with `demo` its demo estate) and follows it. */
  standalone?: { demo: boolean }
  /** Follows this server; its token is used as given and not stored. */
  site?: { url: string; token: string; name?: string }
}

/** A running console. A shell forwards `call` and `on` to its renderers, and draws its tray from `trayState`. */
export interface Console extends ConsoleHost {
  trayState(): TrayState
  /** Calls at each change, at most once a second in a storm. */
  onTrayState(listener: (state: TrayState) => void): Cancel
  /** Tells the renderers to bring an incident to the front (a tray item was clicked). */
  focusIncident(target: IncidentRef): void
  /** Ends everything that the console started; afterwards no handle of it is open. */
  close(): Promise<void>
}

/**
 * Starts a console: opens its store, shows what is cached, and connects to its sites in the background.
 * Rejects only when no store can be opened at all; everything else is said through freshness.
 */
export function createConsole(_ports: ConsolePorts, _options: ConsoleOptions): Promise<Console> {
  return Promise.reject(new Error('not built yet'))
}
