import {
  FormError,
  readBoolean,
  readInteger,
  readObject,
  readObjects,
  readOptionalInteger,
  readOptionalObject,
  readOptionalString,
  readString,
  readStrings,
  type JsonObject,
} from './json.ts'
import type {
  Batch,
  CommandResult,
  Cursor,
  Entry,
  ReadFrame,
  ServerFrame,
  Snapshot,
  Welcome,
} from './frames.ts'

/** Reads a cursor, its opaque page included. */
export function readCursor(from: JsonObject): Cursor {
  const cursor = { epoch: readString(from, 'epoch'), seq: readInteger(from, 'seq') }
  return from['page'] === undefined ? cursor : { ...cursor, page: from['page'] }
}

function readEntry(from: JsonObject): Entry {
  const kind = readString(from, 'kind')
  const isRemoval = kind === 'removed'
  return {
    seq: readInteger(from, 'seq'),
    at: readInteger(from, 'at'),
    kind,
    // A kind of a later version may name its field as it likes: it is kept as an entry without a thing.
    thing: isRemoval ? null : readOptionalObject(from, kind),
    change: readOptionalObject(from, 'change'),
    removed: isRemoval ? { of: readString(from, 'of'), id: readString(from, 'id') } : null,
  }
}

function readEntries(from: JsonObject): Entry[] {
  return readObjects(from, 'entries').map(readEntry)
}

export function readResult(from: JsonObject): CommandResult {
  return {
    commandId: readString(from, 'commandId'),
    number: readInteger(from, 'number'),
    status: readString(from, 'status'),
    seq: readOptionalInteger(from, 'seq'),
    code: readOptionalString(from, 'code'),
    message: readOptionalString(from, 'message'),
    incident: readOptionalObject(from, 'incident'),
  }
}

function readWelcome(from: JsonObject): Welcome {
  const operator = readObject(from, 'operator')
  return {
    type: 'welcome',
    serverId: readString(from, 'serverId'),
    epoch: readString(from, 'epoch'),
    head: readInteger(from, 'head'),
    operator: { name: readString(operator, 'name'), role: readString(operator, 'role') },
    resumed: readBoolean(from, 'resumed'),
    resetReason: readOptionalString(from, 'resetReason'),
    heartbeatMs: readInteger(from, 'heartbeatMs'),
    staleMs: readInteger(from, 'staleMs'),
    deadMs: readInteger(from, 'deadMs'),
  }
}

function readBatch(from: JsonObject): Batch {
  return {
    type: 'batch',
    from: readInteger(from, 'from'),
    to: readInteger(from, 'to'),
    head: readInteger(from, 'head'),
    superseded: readInteger(from, 'superseded'),
    skipped: readInteger(from, 'skipped'),
    spreadMs: readInteger(from, 'spreadMs'),
    entries: readEntries(from),
  }
}

function readSnapshot(from: JsonObject): Snapshot {
  return {
    type: 'snapshot',
    id: readString(from, 'id'),
    epoch: readString(from, 'epoch'),
    position: readInteger(from, 'position'),
    reset: readBoolean(from, 'reset'),
    channels: readStrings(from, 'channels'),
    page: readInteger(from, 'page'),
    last: readBoolean(from, 'last'),
    next: readCursor(readObject(from, 'next')),
    entries: readEntries(from),
  }
}

/** Reads one frame from the server; a type that is not known is `unknown`, a known one in a wrong form throws. */
export function readServerFrame(from: JsonObject): ServerFrame {
  const type = readString(from, 'type')
  const number = (key: string): number => readInteger(from, key)
  const text = (key: string): string => readString(from, key)
  switch (type) {
    case 'welcome':
      return readWelcome(from)
    case 'batch':
      return readBatch(from)
    case 'snapshot':
      return readSnapshot(from)
    case 'subscribed':
      return { type, position: number('position'), channels: readStrings(from, 'channels') }
    case 'acked':
      return { type, id: number('id'), at: number('at') }
    case 'result':
      return { type, result: readResult(readObject(from, 'result')) }
    case 'progress':
      return { type, incidentId: text('incidentId'), text: text('text') }
    case 'error':
      return { type, code: text('code'), message: text('message'), field: readOptionalString(from, 'field') }
    case 'goodbye':
      return {
        type,
        code: number('code'),
        message: text('message'),
        retryAfterMs: readOptionalInteger(from, 'retryAfterMs'),
      }
    default:
      return { type: 'unknown', name: type }
  }
}

/** The frame as one that moves a reader's state; throws for any other. */
export function asReadFrame(frame: ServerFrame): ReadFrame {
  switch (frame.type) {
    case 'welcome':
    case 'batch':
    case 'snapshot':
    case 'subscribed':
      return frame
    default:
      throw new FormError(`a reader's state is not moved by ${frame.type}`)
  }
}
