import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Channel } from '../../src-shared/protocol/channels.ts'
import type { Cursor, ResetReason } from '../../src-shared/protocol/frames.ts'
import { streamDefaults } from '../../src-shared/protocol/limits.ts'
import type { LogStore } from '../log/log-store.ts'
import { CatchUpSelection, selectAll, type Selection } from './batch-selection.ts'
import type { FeedTail } from './feed-tail.ts'
import { readPlace, writePlace } from './snapshot-cursor.ts'
import type { BatchFrame, SnapshotFrame } from './stream-frame.ts'
import type { Subscription } from './subscription.ts'

/** About so many bytes make a batch or a page, so that a slow line hears whole frames often enough. */
export const maxFrameBytes = 262_144

/** Entries that one batch stands for at most, so that who is far behind hears of it in steps, be they empty. */
const maxStretchEntries = 16_000

/** All that a reader is. Live sockets, slow ones, resuming ones and long polls differ only in who calls. */
export interface ReaderState {
  /** What the client holds. */
  cursor: Cursor
  /** Nothing between the cursor and here concerns the reader: it is read on from here. */
  scannedTo: number
  subscription: Subscription
}

export interface ReaderContext {
  store: LogStore
  tail: FeedTail
  clock: { now(): number }
  /** What batches say as `spreadMs`. */
  spreadMs(): number
}

/** `reason` is why a snapshot follows; null when batches follow from the cursor. */
export interface OpenedReader {
  state: ReaderState
  reason: ResetReason | null
}

/** A reader at this cursor, or at the beginning of a snapshot when the cursor cannot be continued. */
export function openReader(
  context: ReaderContext,
  cursor: Cursor | null,
  subscription: Subscription,
): OpenedReader {
  const reason = cursor === null ? 'first' : lostContinuity(context.store, cursor, subscription)
  if (cursor !== null && reason === null) {
    return { state: { cursor, scannedTo: cursor.seq, subscription }, reason: null }
  }
  const position = context.store.head()
  return { state: startSnapshot(context, position, subscription, subscription.channels, true), reason }
}

/** Why a cursor cannot be continued; null when it can. Ask before each read: a log forgets its beginning. */
export function lostContinuity(
  store: LogStore,
  cursor: Cursor,
  subscription: Subscription,
): ResetReason | null {
  if (cursor.epoch !== store.identity.epoch) return 'otherEpoch'
  if (cursor.seq > store.head()) return 'beyondHead'
  const isPaging = cursor.page !== undefined
  if (cursor.seq < store.oldestCursor()) return isPaging ? 'expired' : 'tooOld'
  if (isPaging && readPlace(cursor.page ?? '', subscription) === null) return 'expired'
  return null
}

/** The same for a reader that may have been passed over since: it is read on from where nothing concerned it. */
export function lostPlace(
  store: LogStore,
  { cursor, scannedTo, subscription }: ReaderState,
): ResetReason | null {
  const place = cursor.page === undefined ? { ...cursor, seq: scannedTo } : cursor
  return lostContinuity(store, place, subscription)
}

/** True when there is nothing to read for this state until the next commit. */
export function isAtHead(store: LogStore, state: ReaderState): boolean {
  return state.cursor.page === undefined && state.scannedTo >= store.head()
}

/**
 * The state after its channels have changed at its own position: at the beginning of a snapshot of the
 * channels that are new, or unmoved when there are none. Only between snapshots.
 */
export function withChannels(
  context: ReaderContext,
  state: ReaderState,
  subscription: Subscription,
): ReaderState {
  const old = new Set<Channel>(state.subscription.channels)
  const added = subscription.channels.filter((channel) => !old.has(channel))
  if (added.length === 0) return { ...state, subscription }
  return startSnapshot(context, state.cursor.seq, subscription, added, false)
}

function startSnapshot(
  context: ReaderContext,
  position: number,
  subscription: Subscription,
  channels: readonly Channel[],
  reset: boolean,
): ReaderState {
  // The same for all who start in one second at one position: they share its pages.
  const id = `s-${position}-${Math.floor(context.clock.now() / 1000).toString(36)}`
  const page = writePlace({ id, reset, page: 0, after: null, channels }, subscription)
  const cursor = { epoch: context.store.identity.epoch, seq: position, page }
  return { cursor, scannedTo: position, subscription }
}

export interface ReadStep<F> {
  frame: F
  state: ReaderState
}

/**
 * The next frame for this state and the state after it: a page of its snapshot, or the next batch.
 * With `atHead` the batch leaves nothing out; else superseded states and a tail's old events are left out
 * and counted. A batch without entries means that nothing up to its end concerns the reader.
 * Continuity is the caller's question (`lostContinuity`). Rejects when the store cannot be read.
 */
export function readNext(
  context: ReaderContext,
  state: ReaderState,
  atHead = false,
): Promise<ReadStep<BatchFrame | SnapshotFrame>> {
  return state.cursor.page === undefined
    ? readBatch(context, state, atHead)
    : readSnapshotPage(context, state, state.cursor.page)
}

async function readBatch(
  context: ReaderContext,
  state: ReaderState,
  atHead: boolean,
): Promise<ReadStep<BatchFrame>> {
  const selection = atHead ? await readLive(context, state) : await readCatchUp(context, state)
  const frame = batchFrame(context, state.cursor.seq, selection.to, selection.kept, selection)
  return { frame, state: movedTo(state, selection.to) }
}

async function readLive(
  { store }: ReaderContext,
  { scannedTo, subscription }: ReaderState,
): Promise<Selection> {
  const to = Math.min(store.head(), scannedTo + streamDefaults.maxBatchEntries)
  const entries = await store.read(scannedTo, to, to - scannedTo)
  return { kept: selectAll(entries, subscription), superseded: 0, skipped: 0, to }
}

/** What fits into one batch, from as long a stretch of the log as may be: states that are left out are neither sent nor stored. */
async function readCatchUp(
  context: ReaderContext,
  { scannedTo, subscription }: ReaderState,
): Promise<Selection> {
  const { store } = context
  const tailFloor = subscription.isTail ? await context.tail.floor() : 0
  const batch = new CatchUpSelection(subscription, { tailFloor, maxBytes: maxFrameBytes }, scannedTo)
  for (let from = scannedTo; ;) {
    const to = Math.min(store.head(), from + streamDefaults.maxBatchEntries)
    const entries = await store.read(from, to, to - from)
    // The log may have forgotten what follows while others had their turn: then the batch is complete up to here, and
    // the caller finds out before the next read.
    if (from > scannedTo && from < store.oldestCursor()) return batch.selection
    const isOpen = batch.add(entries, to)
    if (!isOpen || to - scannedTo >= maxStretchEntries || to >= store.head()) return batch.selection
    from = to
    // Others get their turn in between.
    await nextTurn()
  }
}

/** A batch from the client's cursor up to `to`. */
export function batchFrame(
  context: ReaderContext,
  from: number,
  to: number,
  entries: BatchFrame['entries'],
  leftOut = { superseded: 0, skipped: 0 },
): BatchFrame {
  const { superseded, skipped } = leftOut
  const head = context.store.head()
  const at = context.clock.now()
  return { type: 'batch', from, to, head, at, superseded, skipped, spreadMs: context.spreadMs(), entries }
}

export function movedTo(state: ReaderState, seq: number): ReaderState {
  return { ...state, cursor: { epoch: state.cursor.epoch, seq }, scannedTo: seq }
}

async function readSnapshotPage(
  context: ReaderContext,
  state: ReaderState,
  text: string,
): Promise<ReadStep<SnapshotFrame>> {
  const place = readPlace(text, state.subscription)
  if (place === null) throw new Error('the place in the snapshot was checked when the reader was opened')
  const { epoch, seq: position } = state.cursor
  const { items, next: after } = await context.store.readSnapshot(place.channels, place.after, {
    entries: streamDefaults.snapshotPageEntries,
    bytes: maxFrameBytes,
  })
  const last = after === null
  const next: Cursor = last
    ? { epoch, seq: position }
    : {
        epoch,
        seq: position,
        page: writePlace({ ...place, page: place.page + 1, after }, state.subscription),
      }
  const frame: SnapshotFrame = {
    type: 'snapshot',
    id: place.id,
    epoch,
    position,
    reset: place.reset,
    channels: [...place.channels],
    page: place.page,
    last,
    next,
    entries: items,
  }
  return { frame, state: { ...state, cursor: next } }
}
