import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseObject, readObjects, type JsonObject } from './json.ts'
import { postJson } from './poll-reader.ts'
import { createToken, revokeTokens, startServer, type ServerProcess } from './server-process.ts'

export interface Tokens {
  readonly mira: string
  readonly jonas: string
  readonly vera: string
  readonly probe: string
}

/** A real server in a folder of its own, with two responders, a viewer and a source. */
export class House {
  readonly tokens: Tokens
  readonly #dataDir: string
  readonly #bootstrapToken: string
  #server: ServerProcess

  private constructor(server: ServerProcess, dataDir: string, bootstrapToken: string, tokens: Tokens) {
    this.#server = server
    this.#dataDir = dataDir
    this.#bootstrapToken = bootstrapToken
    this.tokens = tokens
  }

  static async open(): Promise<House> {
    const dataDir = await mkdtemp(join(tmpdir(), 'second-client-'))
    const bootstrapToken = randomBytes(32).toString('base64url')
    const server = await startServer(dataDir, 0, bootstrapToken)
    try {
      const tokens = {
        mira: await createToken(dataDir, 'mira', 'responder'),
        jonas: await createToken(dataDir, 'jonas', 'responder'),
        vera: await createToken(dataDir, 'vera', 'viewer'),
        probe: await createToken(dataDir, 'probe', 'source'),
      }
      return new House(server, dataDir, bootstrapToken, tokens)
    } catch (error) {
      await server.stop()
      throw error
    }
  }

  get url(): string {
    return this.#server.url
  }

  get streamUrl(): string {
    return this.#server.streamUrl
  }

  /** Stops the server and starts it again on the same port, with the same data; answers with the exit code. */
  async restart(): Promise<number | null> {
    const port = Number(new URL(this.#server.url).port)
    const exitCode = await this.#server.stop()
    this.#server = await startServer(this.#dataDir, port, this.#bootstrapToken)
    return exitCode
  }

  /** Takes a person's or a source's token away. */
  revoke(name: keyof Tokens): Promise<void> {
    return revokeTokens(this.#dataDir, name)
  }

  async close(): Promise<void> {
    await this.#server.stop()
    await rm(this.#dataDir, { recursive: true })
  }

  /** Posts events as the source; answers with the items of the 202. */
  async ingest(events: readonly object[]): Promise<JsonObject[]> {
    return readObjects(await postJson(`${this.url}/v1/ingest/events`, this.tokens.probe, events), 'items')
  }

  async get(path: string): Promise<JsonObject> {
    const response = await fetch(`${this.url}${path}`, {
      headers: { authorization: `Bearer ${this.tokens.vera}` },
    })
    return parseObject(await response.text())
  }
}
