import type { PreparedWindow } from '../../src-shared/correlation/maintenance-matcher.ts'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { Command, CommandResult } from '../../src-shared/domain/command.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import type { MaintenanceWindow } from '../../src-shared/domain/maintenance.ts'
import type { Service, Source } from '../../src-shared/domain/service.ts'
import type { Severity } from '../../src-shared/domain/severity.ts'
import type { Summary } from '../../src-shared/domain/summary.ts'

/** `LogEntry` without what the store gives it. */
export type NewEntry = LogEntry extends infer E ? (E extends LogEntry ? Omit<E, 'seq' | 'at'> : never) : never

/** A moment at which the server has to look at something again: a row, so that restarts forget none. */
export interface Timer {
  kind:
    | 'settle'
    | 'ackTimeout'
    | 'snooze'
    | 'followUp'
    | 'milder'
    | 'maintenance'
    | 'summary'
    | 'summaryRequested'
    | 'sourceSilence'
  /** What it is about; one timer for each kind and key, a later one replaces it. */
  key: string
  dueAt: number
}

/** What is known of a source's regular sign of life, beside its state. */
export interface SourceBeat {
  /** When its Watchdog was first heard; null when it never was, or no longer matters. */
  watchdogAt: number | null
  /** True when an administrator has said how often to expect it: then it is not learnt. */
  isSet: boolean
}

/** What a person's action on an incident makes alike in its alerts: they end or begin again, or they move. */
export type AlertChange =
  | (Pick<Alert, 'isOpen' | 'closedAt'> & { milder: null })
  | (Pick<Alert, 'groupReason'> & { incidentId: string })

export interface AuditRecord {
  actor: string
  action: string
  subject: string
  detail: string | null
}

/**
 * One writer's turn. Loads see what earlier members of the group wrote, and are asynchronous so that a
 * database across a network fits behind them. Appending gives things their next state, and the log its
 * entries, in the same transaction.
 */
export interface StoreTransaction {
  /** The instant of this turn: the same for all that it writes. */
  readonly now: number

  source(id: string): Promise<Source | null>
  sourceByName(name: string): Promise<Source | null>
  sourceBeat(sourceId: string): Promise<SourceBeat>
  keepSourceBeat(sourceId: string, beat: SourceBeat): void
  service(id: string): Promise<Service | null>
  serviceByName(name: string): Promise<Service | null>
  alert(id: string): Promise<Alert | null>
  openAlert(sourceId: string, dedupKey: string): Promise<Alert | null>
  /** The newest alert of this key, open or closed. */
  latestAlert(sourceId: string, dedupKey: string): Promise<Alert | null>
  /** All of an incident's alerts, in the order in which they opened. Thousands cost as much as they are: ask for ids where those do. */
  alertsOf(incidentId: string): Promise<Alert[]>
  alertIdsOf(incidentId: string): Promise<string[]>
  openAlertIdsOf(incidentId: string): Promise<string[]>
  /** Of the alerts that a person's resolution closed at this instant those that are still the newest of their keys. */
  closedWith(incidentId: string, at: number): Promise<Pick<Alert, 'id' | 'severity'>[]>
  /** Open alerts that this window suppresses, oldest first, at most `limit`. */
  suppressedBy(windowId: string, limit: number): Promise<Alert[]>
  maintenanceWindow(id: string): Promise<MaintenanceWindow | null>
  /** All windows that are on or still to come. */
  maintenanceWindows(): Promise<readonly PreparedWindow[]>
  /** The highest severity of an incident's open alerts but this one; null when no other is open. */
  worstOpenSeverity(incidentId: string, exceptAlertId: string): Promise<Severity | null>
  incident(id: string): Promise<Incident | null>
  /** The newest unresolved incident that this group key opened, or null. */
  incidentByGroup(groupKey: string): Promise<Incident | null>
  /** Remembers, for correlation, that a group key belongs to an incident. */
  bindGroup(groupKey: string, incidentId: string): void
  /** What leads to one incident leads to another from now on. */
  rebindGroups(fromId: string, toId: string): void
  nextIncidentNumber(): Promise<number>
  summary(incidentId: string): Promise<Summary | null>
  /** What this source and event id was answered with before, or null. */
  acceptedEvent(sourceId: string, eventId: string): Promise<{ id: string; dedupKey: string } | null>

  /** Counters of an alert moved and nothing else: one entry for all turns of a commit, at its end. */
  countAlert(alert: Alert): void
  /**
   * Gives each of these alerts its next state, with an entry in the log as `append` would, in this order. What thousands of
   * alerts have alike is written without reading them.
   */
  changeAlerts(ids: readonly string[], change: AlertChange): void
  /** Appends to the log and applies the state it carries; returns its seq. `raw` only for events. */
  append(entry: NewEntry, raw?: string): number

  /**
   * Client ids can be read in every change: results and numbers are counted for each client *and* author, so that nobody uses
   * up another's.
   */
  commandResult(command: Command): Promise<{ result: CommandResult; bodyHash: string } | null>
  /** True when another command of this client and author that is still kept has this number. */
  wasNumberUsed(command: Command): Promise<boolean>
  /** Numbers of this client and author up to this one are so old that their results are no longer kept; 0 while all are. */
  oldestCommandNumber(command: Command): Promise<number>
  storeCommandResult(command: Command, bodyHash: string, result: CommandResult): void

  setTimer(timer: Timer): void
  /** Sets it unless there is one that is due no later. */
  setTimerAtLatest(timer: Timer): void
  /** With `dueAt` only the timer that is due then: one that was set anew since stays. */
  clearTimer(kind: Timer['kind'], key: string, dueAt?: number): void
  /**
   * Timers due at `now`, oldest first. Of those due together a window's end comes last: the alerts that it lets go find
   * every incident as its own deadlines have left it, as the preview has it.
   */
  dueTimers(limit: number): Promise<Timer[]>

  audit(record: AuditRecord): void
}
