import type {
  AwayAccount,
  Counts,
  IncidentDetail,
  IncidentRow,
  Notice,
  NotifyDecision,
  SettledAction,
} from '../../../src-shared/console-views.ts'
import type {
  FilterValues,
  MaintenanceView,
  PanelName,
  ShiftLog,
} from '../../../src-shared/console-panels.ts'
import type { Command, CommandBody, CommandResult } from '../../../src-shared/domain/command.ts'
import type { Severity } from '../../../src-shared/domain/severity.ts'
import type { Source } from '../../../src-shared/domain/service.ts'
import type { Cursor, Snapshot } from '../../../src-shared/protocol/frames.ts'
import type { NotifySettings, Presence } from '../notify/policy.ts'
import type { Received, Unread } from '../sync/unread.ts'

/** What the core's main thread asks of the store's worker: each method's input and output. */

export interface StoredSite {
  /** Made here; tokens are kept under it. */
  key: string
  url: string
  name: string
  serverId: string | null
  operator: { name: string; role: string } | null
  /** True: the bundled server, whose address is another at each start. */
  isLocal: boolean
}

/** Where a site's stream is continued. */
export interface StoredPosition {
  /** Null before the first snapshot was complete. */
  cursor: Cursor | null
  /** The set of channels for which the cursor is valid. */
  channels: string[]
  /** The server's clock up to which everything is known. */
  completeAt: number | null
  /** Where a half-read snapshot goes on, and for which channels; null when none is. */
  staged: { cursor: Cursor; channels: string[]; unread: Unread | null } | null
  /** What was passed over because it could not be read; null: nothing since everything was read. */
  unread: Unread | null
}

export type LogPlace = Pick<Cursor, 'epoch' | 'seq'>

/** An action in the outbox. */
export interface KeptCommand {
  command: Command
  /** Set when it is done: its effect is there, and the cursor is not yet. */
  effect: LogPlace | null
}

/** What the policy needs to know of the moment; it is applied inside the transaction of the batch. */
export interface PolicyMoment {
  now: number
  presence: Presence
  settings: NotifySettings
  self: string | null
}

export interface StoredDecision {
  id: number
  inStorm: boolean
  title: string
  decision: NotifyDecision
}

/** What a transaction changed, for the screen. Rows carry no pending actions: those are laid over. */
export interface StoreChanges {
  rows: IncidentRow[]
  removed: string[]
  counts: Counts
  /** Set when a source changed. */
  sources: Source[] | null
  decisions: StoredDecision[]
  /** Incidents whose detail is another now. */
  touched: string[]
  resetRows: boolean
  /** Panels whose content is another now. */
  panels: PanelName[]
}

export interface BoardSlice {
  rows: IncidentRow[]
  counts: Counts
  sources: Source[]
  decisions: NotifyDecision[]
}

/** What a tray says of one site. */
export interface TraySlice {
  worst: Severity | null
  /** Triggered, newest first, at most five. */
  newest: IncidentRow[]
}

/** What stays on the screen until the operator has seen it; see the same fields of `Board`. */
export interface StoredNews {
  notices: Notice[]
  settled: SettledAction[]
  away: AwayAccount[]
}

type SiteInput = { siteId: string }

export interface StoreMethods {
  sites: { input: null; output: StoredSite[] }
  saveSite: { input: StoredSite; output: null }
  position: { input: SiteInput; output: StoredPosition }
  /** One transaction: entries with the cursor they lead to, and what the policy decided about them. */
  applyBatches: {
    input: SiteInput & {
      epoch: string
      /** Each a received batch in JSON that fits its schema: it was checked where it came in, and is not checked again. */
      batches: string[]
      moment: PolicyMoment
    }
    output: StoreChanges
  }
  /**
   * Keeps a page; with the last one the whole is swapped in. Null while pages are to come. `lost` says why the log
   * could not be read on, where the server said so.
   */
  applySnapshot: {
    input: SiteInput & {
      snapshot: Received<Snapshot>
      at: number
      moment: PolicyMoment
      lost?: string | null
    }
    output: StoreChanges | null
  }
  /**
   * The site is live at `at`, with everything up to the stored cursor. After an absence it answers with the account of
   * it, which is kept until dismissed; null when it was not worth telling, or when there was none.
   */
  live: {
    input: SiteInput & { at: number; completeAt: number; absence: AwayAccount['cause'] | null }
    output: AwayAccount | null
  }
  news: { input: null; output: StoredNews }
  keepNotice: { input: Notice; output: null }
  dismissNotice: { input: { id: string }; output: null }
  dismissSettled: { input: { commandId: string }; output: null }
  dismissAway: { input: SiteInput; output: null }
  saveChannels: { input: SiteInput & { channels: string[] }; output: null }
  board: { input: SiteInput; output: BoardSlice }
  tray: { input: SiteInput; output: TraySlice }
  rows: { input: SiteInput & { incidentIds: string[] }; output: IncidentRow[] }
  detail: { input: SiteInput & { incidentId: string }; output: IncidentDetail | null }
  enqueue: {
    input: SiteInput & { id: string; author: string; issuedAt: number; body: CommandBody }
    output: Command
  }
  /** Many at once: all of them or none. */
  enqueueMany: {
    input: SiteInput & { author: string; issuedAt: number; actions: { id: string; body: CommandBody }[] }
    output: Command[]
  }
  /** Ids of the rows of the board, or of `ids`, that the filter's text lets through. */
  filter: {
    input: SiteInput & { text: string; me: string | null; ids: string[] | null; now: number }
    output: string[]
  }
  filterValues: { input: SiteInput; output: FilterValues }
  /** By their ids; those that are not known are not among them. */
  serviceNames: { input: SiteInput & { ids: string[] }; output: Map<string, string> }
  shift: { input: SiteInput; output: ShiftLog['entries'] }
  windows: { input: SiteInput; output: MaintenanceView['windows'] }
  waiting: { input: SiteInput; output: KeptCommand[] }
  /**
   * Keeps a command's result. The command stays until its effect, in the log of this `epoch`, has been read: until then
   * `effect` says where it is. `renewed` are others that name what it has made (see `Revising`). Null when the
   * command is not in the outbox, or had its result before.
   */
  settle: {
    input: SiteInput & { result: CommandResult; epoch: string; at: number }
    output: { settled: SettledAction; effect: LogPlace | null; renewed: Command[] } | null
  }
  /** The server has seen the command's number before: it gets another, of a new client. Null: not in the outbox. */
  renumber: { input: SiteInput & { commandId: string }; output: Command | null }
  /** Decided and not yet shown, oldest first. */
  unshown: { input: null; output: StoredDecision[] }
  markShown: { input: { ids: number[]; at: number; reason: string | null }; output: null }
  /** See `WayMemory`. */
  longPollNetworks: { input: null; output: string[] }
  keepWay: { input: { network: string; needsLongPoll: boolean }; output: null }
  clientId: { input: null; output: string }
  close: { input: null; output: null }
}

export type StoreMethod = keyof StoreMethods
export type StoreInput<M extends StoreMethod> = StoreMethods[M]['input']
export type StoreOutput<M extends StoreMethod> = StoreMethods[M]['output']
export type StoreHandlers = { [M in StoreMethod]: (input: StoreInput<M>) => StoreOutput<M> }

export interface StoreSetup {
  /** The database file. */
  file: string
  nativeBinding: string | null
}

export interface StoreRequest {
  id: number
  method: StoreMethod
  input: unknown
}

export type StoreAnswer =
  { id: number; ok: true; output: unknown } | { id: number; ok: false; code: string; message: string }

/** `ready` comes first; `notice` says what the operator should know (the cache was damaged, …). */
export type StoreMessage =
  | { kind: 'ready' }
  | { kind: 'answers'; answers: StoreAnswer[] }
  /** `isNew`: everything cached is gone; positions have to be asked for again. */
  | { kind: 'notice'; message: string; isNew: boolean }
