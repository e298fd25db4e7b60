import { randomUUID } from 'node:crypto'
import type { Command } from './commands.ts'
import type { Cursor, Entry } from './frames.ts'
import { emptyState, type KnownState } from './known-state.ts'

/** The pages of a snapshot that has not ended; beside the old state until the last page. */
export interface Staged {
  readonly id: string
  readonly reset: boolean
  readonly channels: readonly string[]
  readonly pages: number
  readonly next: Cursor
  readonly entries: readonly Entry[]
}

/** What a client keeps between connections. The caller owns the object; a real client would write it to disk. */
export interface LocalStore {
  readonly clientId: string
  serverId: string | null
  operator: string | null
  cursor: Cursor | null
  /** The set that the cursor is valid for. */
  channels: readonly string[]
  state: KnownState
  staged: Staged | null
  nextNumber: number
  readonly outbox: Map<string, Command>
}

export function createLocalStore(channels: readonly string[]): LocalStore {
  return {
    clientId: randomUUID(),
    serverId: null,
    operator: null,
    cursor: null,
    channels,
    state: emptyState(),
    staged: null,
    nextNumber: 1,
    outbox: new Map(),
  }
}
