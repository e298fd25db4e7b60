import * as z from 'zod'
import { Listeners } from './listeners.ts'
import type { Cancel, Clock, LocalServer, LocalServerAddress, Log } from './ports.ts'

const readySchema = z.object({ ready: z.literal(true), url: z.url() })

/** A start that takes longer has failed; restarts wait twice as long each time, up to the most; in ms. */
const startTimeoutMs = 20_000
const restartMs = { first: 500, most: 10_000 }
/** Time to stop by itself before it is killed, in ms. */
const stopTimeoutMs = 5_000

/** A process that runs the bundled server, whichever way its shell starts processes. */
export interface ServerProcess {
  onMessage(listener: (message: unknown) => void): void
  /** Calls once, with the exit code or the signal. */
  onExit(listener: (why: number | string) => void): void
  /** Asks it to stop by itself. */
  askToStop(): void
  kill(): void
}

export interface SupervisedServerOptions {
  /** Starts the server's entry with these arguments and environment variables. */
  launch: (args: string[], env: Record<string, string>) => ServerProcess
  dataDir: string
  /** The admin token made for this run, and the name it acts under. */
  token: string
  operatorName: string
  clock: Clock
  log: Log
}

/** The bundled server: on loopback, on a free port, known when it says that it is ready, started again when it ends. */
export class SupervisedServer implements LocalServer {
  readonly #options: SupervisedServerOptions
  readonly #addresses = new Listeners<LocalServerAddress>()
  #process: ServerProcess | null = null
  #running: Promise<LocalServerAddress> | null = null
  #hasDemo = false
  #failures = 0
  #cancelRestart: Cancel | null = null
  #isStopped = false

  constructor(options: SupervisedServerOptions) {
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

  onAddress(listener: (address: LocalServerAddress) => void): Cancel {
    return this.#addresses.add(listener)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelRestart?.()
    this.#addresses.clear()
    await this.#end()
  }

  #launch(): Promise<LocalServerAddress> {
    const { launch, dataDir, token, operatorName, clock } = this.#options
    const args = ['--port', '0', '--data-dir', dataDir, '--with-parent', ...(this.#hasDemo ? ['--demo'] : [])]
    const started = launch(args, {
      WATCHFLOOR_BOOTSTRAP_TOKEN: token,
      WATCHFLOOR_BOOTSTRAP_NAME: operatorName,
      // A person reads the terminal of a desktop app: only what they should know.
      WATCHFLOOR_LOG_LEVEL: 'warn',
    })
    this.#process = started
    return new Promise((resolve, reject) => {
      const cancelTimeout = clock.setTimer(startTimeoutMs, () => {
        reject(new Error(`the bundled server was not ready within ${startTimeoutMs / 1000} s`))
        started.kill()
      })
      started.onExit((why) => {
        cancelTimeout()
        reject(new Error(`the bundled server ended before it was ready (${why})`))
        this.#ended(started, why)
      })
      started.onMessage((message) => {
        const ready = readySchema.safeParse(message)
        if (!ready.success) return
        cancelTimeout()
        this.#failures = 0
        resolve({ url: ready.data.url, token })
      })
    })
  }

  /** It ended by itself: start it again, and say where it is then. */
  #ended(ended: ServerProcess, why: number | string): void {
    if (this.#process !== ended || this.#isStopped) return
    const { clock, log } = this.#options
    this.#process = null
    log('error', 'the bundled server ended and is started again', { why })
    const afterMs = Math.min(restartMs.most, restartMs.first * 2 ** this.#failures)
    this.#failures += 1
    this.#cancelRestart = clock.setTimer(afterMs, () => {
      this.#running = this.#launch()
      this.#running.then(
        (address) => this.#addresses.tell(address),
        (error: unknown) => log('error', 'the bundled server does not start', { error: String(error) }),
      )
    })
  }

  async #end(): Promise<void> {
    const ending = this.#process
    this.#process = null
    this.#running = null
    if (!ending) return
    const ended = new Promise<void>((resolve) => ending.onExit(() => resolve()))
    const cancelKill = this.#options.clock.setTimer(stopTimeoutMs, () => ending.kill())
    ending.askToStop()
    await ended
    cancelKill()
  }
}
