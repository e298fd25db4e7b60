import type { JsonObject } from './json.ts'

/** A position in one log. `page` is opaque and belongs to a snapshot that is half read. */
export interface Cursor {
  readonly epoch: string
  readonly seq: number
  readonly page?: unknown
}

/** One change in the log. `thing` is what it carries, null for `removed`. */
export interface Entry {
  readonly seq: number
  readonly at: number
  readonly kind: string
  readonly thing: JsonObject | null
  readonly change: JsonObject | null
  readonly removed: { readonly of: string; readonly id: string } | null
}

export interface Welcome {
  readonly type: 'welcome'
  readonly serverId: string
  readonly epoch: string
  readonly head: number
  readonly operator: { readonly name: string; readonly role: string }
  readonly resumed: boolean
  readonly resetReason: string | null
  readonly heartbeatMs: number
  readonly staleMs: number
  readonly deadMs: number
}

export interface Batch {
  readonly type: 'batch'
  readonly from: number
  readonly to: number
  readonly head: number
  readonly superseded: number
  readonly skipped: number
  readonly spreadMs: number
  readonly entries: readonly Entry[]
}

export interface Snapshot {
  readonly type: 'snapshot'
  readonly id: string
  readonly epoch: string
  readonly position: number
  readonly reset: boolean
  readonly channels: readonly string[]
  readonly page: number
  readonly last: boolean
  readonly next: Cursor
  readonly entries: readonly Entry[]
}

export interface Subscribed {
  readonly type: 'subscribed'
  readonly position: number
  readonly channels: readonly string[]
}

export interface CommandResult {
  readonly commandId: string
  readonly number: number
  readonly status: string
  readonly seq: number | null
  readonly code: string | null
  readonly message: string | null
  readonly incident: JsonObject | null
}

/** The frames that move a reader's state; a long poll brings the same ones. */
export type ReadFrame = Welcome | Batch | Snapshot | Subscribed

export type ServerFrame =
  | ReadFrame
  | { readonly type: 'acked'; readonly id: number; readonly at: number }
  | { readonly type: 'result'; readonly result: CommandResult }
  | { readonly type: 'progress'; readonly incidentId: string; readonly text: string }
  | { readonly type: 'error'; readonly code: string; readonly message: string; readonly field: string | null }
  | {
      readonly type: 'goodbye'
      readonly code: number
      readonly message: string
      readonly retryAfterMs: number | null
    }
  | { readonly type: 'unknown'; readonly name: string }
