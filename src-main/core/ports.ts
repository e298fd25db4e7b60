import type { Freshness } from '../../src-shared/console-views.ts'
import type { Severity } from '../../src-shared/domain/severity.ts'

/** What the core needs of the world around it; each shell hands these in. Stops whatever it belongs to. */
export type Cancel = () => void

export interface Clock {
  /** Wall clock, ms since 1970-01-01 UTC: what is shown and stored. It may jump. */
  now(): number
  /** Ms that never jump back and, where the system allows, stand still during sleep: what is measured with. */
  monotonic(): number
  /** Runs once after `afterMs`; the returned function prevents that. */
  setTimer(afterMs: number, run: () => void): Cancel
}

export interface Randomness {
  /** From 0 up to, but not including, 1. */
  fraction(): number
  /** A UUID, version 7. */
  id(): string
}

export interface IncidentRef {
  siteId: string
  incidentId: string
}

export interface Notification {
  /** The same key again replaces what is on screen: how a storm's one notification updates itself. */
  key: string
  title: string
  body: string
  severity: Severity
  /** What a click leads to. */
  target: IncidentRef
  /** True for an update of one that is on screen: no second sound. */
  isUpdate: boolean
}

/** What became of a notification; the reason is kept beside the decision. */
export type NotifyOutcome = { shown: true } | { shown: false; reason: string }

export interface Notifier {
  show(notification: Notification): Promise<NotifyOutcome>
  onClick(listener: (target: IncidentRef) => void): Cancel
}

/** Tokens and the like, by a key of the core's own; the shell encrypts them where the system can. */
export interface Secrets {
  read(key: string): Promise<string | null>
  write(key: string, value: string): Promise<void>
  remove(key: string): Promise<void>
}

export type PowerEvent = 'suspend' | 'resume' | 'lock' | 'unlock'

export interface Power {
  onEvent(listener: (event: PowerEvent) => void): Cancel
}

export interface Network {
  /** Calls when the machine has a network again. */
  onReturn(listener: () => void): Cancel
}

export interface Proxies {
  /** The proxy for an address (`http://host:port`), or null for a direct connection; asked for each attempt. */
  proxyFor(url: string): Promise<string | null>
}

export interface LocalServerAddress {
  url: string
  /** Made for this run. */
  token: string
}

/** The bundled server, as a process that the shell starts and restarts. */
export interface LocalServer {
  /** Resolves when it is ready; starting one that runs gives its address (and starts its demo if asked for). */
  start(options: { demo: boolean }): Promise<LocalServerAddress>
  /** Calls when a restart gave it another address. */
  onAddress(listener: (address: LocalServerAddress) => void): Cancel
  stop(): Promise<void>
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type Log = (level: LogLevel, message: string, fields?: Record<string, unknown>) => void

export interface ConsolePorts {
  clock: Clock
  randomness: Randomness
  notifier: Notifier
  secrets: Secrets
  power: Power
  network: Network
  proxies: Proxies
  /** Null where no server can be started: then there is no standalone mode and no demo. */
  localServer: LocalServer | null
  log: Log
}

export interface TrayIncident extends IncidentRef {
  number: number
  title: string
  severity: Severity
}

/** What tray, badge and taskbar show; one picture for all sites. */
export interface TrayState {
  /** The worst of all sites: never `live` while one of them is not. Null while there is no site. */
  freshness: Freshness['state'] | null
  /** One sentence: "Live, 12 ms", "Blind since 14:02:11: the server refused the connection". */
  freshnessText: string
  /** The worst severity of triggered incidents; null when there is none. */
  worst: Severity | null
  /** Triggered incidents: the number on the badge. */
  triggered: number
  /** The newest triggered ones, at most five. */
  newest: TrayIncident[]
}
