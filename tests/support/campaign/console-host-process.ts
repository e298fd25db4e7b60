import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { engineFlags } from '../engine-flags.ts'
import type { HostSettings } from './console-host.ts'
import { hostLineSchema, type HostLine, type HostOrder } from './host-lines.ts'

export interface ConsoleHostProcess {
  pid: number
  tell(order: HostOrder): void
  /** Sends the signal and waits for the end, and until everything that it said is heard. */
  stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
  /** Resolves when the process is over and heard out. */
  ended: Promise<void>
}

const entry = fileURLToPath(new URL('./console-host.ts', import.meta.url))

/** Starts the headless console; resolves when it shows what it has cached. Rejects if it ends before that. */
export function startConsoleHost(
  settings: HostSettings,
  onLine: (line: HostLine) => void,
): Promise<ConsoleHostProcess> {
  const child = spawn(process.execPath, [...engineFlags, entry], {
    stdio: ['pipe', 'pipe', process.env['WATCHFLOOR_TEST_VERBOSE'] ? 'inherit' : 'ignore'],
    env: { ...process.env, WATCHFLOOR_HOST: JSON.stringify(settings) },
  })
  // A killed process leaves its standard input broken: nothing is owed to it.
  child.stdin.on('error', () => undefined)
  const lines = createInterface({ input: child.stdout })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const heard = new Promise<void>((resolve) => lines.once('close', () => resolve()))
  const ended = Promise.all([exited, heard]).then(() => undefined)
  const host: ConsoleHostProcess = {
    pid: child.pid ?? 0,
    tell: (order) => void child.stdin.write(`${order}\n`),
    stop: (signal) => {
      child.kill(signal)
      return ended
    },
    ended,
  }
  return new Promise((resolve, reject) => {
    lines.on('line', (text) => {
      const line = readLine(text)
      if (!line) return
      onLine(line)
      if (line.kind === 'ready') resolve(host)
    })
    void ended.then(() => reject(new Error('the headless console ended before it was ready')))
  })
}

/** Null for the half of a line that a kill cut off. */
function readLine(text: string): HostLine | null {
  try {
    return hostLineSchema.parse(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
