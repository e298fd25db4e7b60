import type { ZodError } from 'zod'
import { clientFrameSchema, serverFrameSchema, type ClientFrame, type ServerFrame } from './frames.ts'
import type { Encoding } from './limits.ts'
import { problemOf, type Problem } from './problem.ts'

/** What a WebSocket hands over or takes: text for JSON, bytes for MessagePack. */
export type Wire = string | Uint8Array

export interface Codec {
  encoding: Encoding
  encode(frame: ServerFrame | ClientFrame): Wire
  /** The value that the wire form stands for, not yet checked; throws when it stands for none. */
  decode(wire: Wire): unknown
}

export const jsonCodec: Codec = {
  encoding: 'json',
  encode: (frame) => JSON.stringify(frame),
  decode: (wire) => {
    if (typeof wire !== 'string') throw new TypeError('JSON travels in text frames')
    return JSON.parse(wire) as unknown
  },
}

export type ReadFrame<T> = { ok: true; frame: T } | { ok: false; problem: Problem }

/** A frame from a client, checked; the problem names the field or the cause. */
export function readClientFrame(codec: Codec, wire: Wire): ReadFrame<ClientFrame> {
  return readFrame(codec, wire, (value) => clientFrameSchema.safeParse(value))
}

/** A frame from a server, checked the same way: a client trusts no server to be of its own version. */
export function readServerFrame(codec: Codec, wire: Wire): ReadFrame<ServerFrame> {
  return readFrame(codec, wire, (value) => serverFrameSchema.safeParse(value))
}

export type Checked<T> = { success: true; data: T } | { success: false; error: ZodError }

/** A frame as `check` finds it to be. */
export function readFrame<T>(codec: Codec, wire: Wire, check: (value: unknown) => Checked<T>): ReadFrame<T> {
  let value: unknown
  try {
    value = codec.decode(wire)
  } catch {
    const message = `the frame is not readable as ${codec.encoding}`
    return { ok: false, problem: { code: 'notReadable', message, field: null } }
  }
  const checked = check(value)
  return checked.success
    ? { ok: true, frame: checked.data }
    : { ok: false, problem: problemOf(checked.error) }
}
