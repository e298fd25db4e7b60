import { fork, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { Listeners } from '../core/listeners.ts'
import type { LocalServer, LocalServerAddress, Log } from '../core/ports.ts'

const readySchema = z.object({ ready: z.literal(true), url: z.string() })

/** A start that takes longer has failed; restarts wait twice as long each time, up to the second; in ms. */
const startTimeoutMs = 20_000
const restartMs = { first: 500, most: 10_000 }
/** Time to stop by itself before it is killed, in ms. */
const stopTimeoutMs = 5_000

export interface LocalServerOptions {
  /** The server's entry. */
  entry: string
  dataDir: string
  log: Log
}

/** The bundled server as a child process: on loopback, on a free port, with a token made for this run. */
export class ChildServer implements LocalServer {
  readonly #options: LocalServerOptions
  readonly #token = `wf_${randomBytes(32).toString('base64url')}`
  readonly #addresses = new Listeners<LocalServerAddress>()
  #child: ChildProcess | null = null
  #running: Promise<LocalServerAddress> | null = null
  #hasDemo = false
  #failures = 0
  #restart: NodeJS.Timeout | null = null
  #isStopped = false

  constructor(options: LocalServerOptions) {
    this.#options = options
  }

  async start({ demo }: { demo: boolean }): Promise<LocalServerAddress> {
    this.#isStopped = false
    if (this.#running && (!demo || this.#hasDemo)) return this.#running
    // One that runs without its demo is started again with it: the demo belongs to the server's own process.
    if (this.#running) await this.#end()
    this.#hasDemo = demo
    this.#running = this.#launch()
    return this.#running
  }

  onAddress(listener: (address: LocalServerAddress) => void): () => void {
    return this.#addresses.add(listener)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    if (this.#restart) clearTimeout(this.#restart)
    this.#addresses.clear()
    await this.#end()
  }

  #launch(): Promise<LocalServerAddress> {
    const { entry, dataDir } = this.#options
    const args = ['--port', '0', '--data-dir', dataDir, '--with-parent', ...(this.#hasDemo ? ['--demo'] : [])]
    const child = fork(entry, args, {
      env: { ...process.env, WATCHFLOOR_BOOTSTRAP_TOKEN: this.#token },
      // Its standard output has the ready line, which comes over the channel too; its log goes with ours.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child = child
    child.once('exit', (code, signal) => this.#ended(child, code ?? signal ?? 'unknown'))
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(() => {
        child.kill('SIGKILL')
        reject(new Error(`it was not ready within ${startTimeoutMs / 1000} s`))
      }, startTimeoutMs)
      child.once('exit', (code, signal) => {
        clearTimeout(timeout)
        reject(new Error(`it ended before it was ready (${code ?? signal ?? 'unknown'})`))
      })
      child.once('error', reject)
      child.on('message', (message) => {
        const ready = readySchema.safeParse(message)
        if (!ready.success) return
        clearTimeout(timeout)
        this.#failures = 0
        resolve({ url: ready.data.url, token: this.#token })
      })
    })
  }

  /** It ended by itself: start it again, and say where it is then. */
  #ended(child: ChildProcess, why: number | string): void {
    if (this.#child !== child || this.#isStopped) return
    this.#child = null
    this.#options.log('error', 'the bundled server ended and is started again', { why })
    const afterMs = Math.min(restartMs.most, restartMs.first * 2 ** this.#failures)
    this.#failures += 1
    this.#restart = setTimeout(() => {
      this.#running = this.#launch()
      this.#running.then(
        (address) => this.#addresses.tell(address),
        (error: unknown) =>
          this.#options.log('error', 'the bundled server does not start', { error: String(error) }),
      )
    }, afterMs)
  }

  async #end(): Promise<void> {
    const child = this.#child
    this.#child = null
    this.#running = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    if (child.connected) child.send({ type: 'stop' })
    else child.kill('SIGTERM')
    const timeout = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
    await ended
    clearTimeout(timeout)
  }
}
