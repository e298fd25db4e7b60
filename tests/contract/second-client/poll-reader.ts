import type { Command } from './commands.ts'
import type { CommandResult, Cursor, Entry, ReadFrame } from './frames.ts'
import { asReadFrame, readCursor, readResult, readServerFrame } from './frame-reading.ts'
import {
  parseObject,
  readObject,
  readObjects,
  readOptionalString,
  readString,
  type JsonObject,
} from './json.ts'
import type { LocalStore } from './local-store.ts'
import { Reader, startOf } from './reader.ts'

/** The server refused a request. */
export class RequestRefused extends Error {
  readonly status: number
  readonly code: string
  readonly field: string | null

  constructor(status: number, code: string, field: string | null, message: string) {
    super(message)
    this.status = status
    this.code = code
    this.field = field
  }
}

/** Posts JSON with a token; throws `RequestRefused` with what the server says for anything but 2xx. */
export async function postJson(url: string, token: string, body: unknown): Promise<JsonObject> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  const answer = parseObject(await response.text())
  if (response.ok) return answer
  const error = readObject(answer, 'error')
  const field = readOptionalString(error, 'field')
  throw new RequestRefused(response.status, readString(error, 'code'), field, readString(error, 'message'))
}

export interface PollOptions {
  /** The server's address, without a path. */
  readonly url: string
  readonly token: string
  readonly store: LocalStore
  readonly channels: readonly string[]
  readonly onEntry?: (entry: Entry, isNew: boolean) => void
}

/** Follows a server by long polling into a store, by the same rules as the stream. */
export class PollReader {
  readonly #options: PollOptions
  readonly #reader: Reader
  #channels: readonly string[]
  #oldChannels: readonly string[] | null = null
  #cursor: Cursor | null
  #isWelcomed = false

  constructor(options: PollOptions) {
    this.#options = options
    this.#reader = new Reader(options.store, (entry, isNew) => options.onEntry?.(entry, isNew))
    const start = startOf(options.store, options.channels)
    this.#cursor = start.cursor
    this.#channels = start.channels
    if (start.cursor !== null) this.follow(options.channels)
  }

  /** The next poll asks for this set. */
  follow(channels: readonly string[]): void {
    this.#oldChannels ??= this.#channels
    this.#channels = channels
  }

  /** One poll, held for at most `holdMs`; answers with the frames that were applied. After a gap it begins with `hello`. */
  async poll(holdMs: number): Promise<ReadFrame[]> {
    const { url, token, store } = this.#options
    const request = {
      clientId: store.clientId,
      protocol: 1,
      cursor: this.#cursor,
      channels: this.#channels,
      holdMs,
    }
    const greeting = this.#isWelcomed ? {} : { hello: true }
    const change = this.#oldChannels === null ? {} : { oldChannels: this.#oldChannels }
    const answer = await postJson(`${url}/v1/poll`, token, { ...request, ...greeting, ...change })
    const frames = readObjects(answer, 'frames').map((frame) => asReadFrame(readServerFrame(frame)))
    this.#cursor = readCursor(readObject(answer, 'cursor'))
    for (const frame of frames) this.#accept(frame)
    return frames
  }

  /** Sends a command over HTTP. */
  async command(command: Command): Promise<CommandResult> {
    const answer = await postJson(`${this.#options.url}/v1/commands`, this.#options.token, { command })
    const result = readResult(readObject(answer, 'result'))
    this.#options.store.outbox.delete(result.commandId)
    return result
  }

  #accept(frame: ReadFrame): void {
    const outcome = this.#reader.accept(frame)
    if (outcome === 'welcomed') this.#isWelcomed = true
    if (outcome === 'subscribed') this.#oldChannels = null
    if (outcome !== 'gap') return
    this.#isWelcomed = false
    this.#cursor = startOf(this.#options.store, this.#channels).cursor
    throw new Error(`continuity is lost at a ${frame.type}`)
  }
}
