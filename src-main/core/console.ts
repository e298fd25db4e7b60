import { join } from 'node:path'
import type { ConsoleHost } from '../../src-shared/console-api.ts'
import { createCertificates, type CertificateOptions } from './connection/certificates.ts'
import { createTransports } from './connection/create-transports.ts'
import { ConsoleCore } from './console-core.ts'
import type { Cancel, ConsolePorts, IncidentRef, TrayState } from './ports.ts'
import { StoreClient } from './store/store-client.ts'

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
  /** Certificates beside those that the machine trusts; what is wrong with them is said through freshness. */
  tls?: CertificateOptions
}

/** One renderer's own view: the incident that it has open and what its operator can see are its own. */
export interface ConsoleSession extends ConsoleHost {
  close(): void
}

/** A running console. A shell forwards `call` and `on` to its renderer, and draws its tray from `trayState`. */
export interface Console extends ConsoleHost {
  /** For shells with several renderers: each gets one. A shell with one window uses the console itself. */
  openSession(): ConsoleSession
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
export async function createConsole(ports: ConsolePorts, options: ConsoleOptions): Promise<Console> {
  const file = join(options.dataDir, 'console.db')
  const store = await StoreClient.open(
    { file, nativeBinding: options.nativeBinding ?? null },
    options.workerUrl,
  )
  try {
    const clientId = await store.request('clientId', null)
    const certificates = createCertificates(options.tls ?? {})
    const createTransport = await createTransports(ports.clock, store, certificates)
    const core = new ConsoleCore({
      ports,
      store,
      clientId,
      createTransport,
      certificates,
      shell: options.shell,
    })
    await core.start({ standalone: options.standalone ?? null, site: options.site ?? null })
    return core
  } catch (error) {
    await store.close()
    throw error
  }
}
