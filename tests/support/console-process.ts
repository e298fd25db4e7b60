import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface ConsoleProcess {
  /** The address with its one-time token: a browser that opens it is let in. */
  url: string
  pid: number
  dataDir: string
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | string>
  /** Starts it again on the same data folder. */
  restart(): Promise<ConsoleProcess>
  dispose(): Promise<void>
}

export interface ConsoleProcessOptions {
  dataDir?: string
  /** Where to connect; without it the console has no site yet, or runs standalone by `args`. */
  server?: { url: string; token: string }
  args?: string[]
  env?: Record<string, string>
}

const entry = fileURLToPath(new URL('../../dist/web/main.js', import.meta.url))

/** Starts the built web shell as a process of its own and waits until it serves. */
export async function startConsoleProcess(options: ConsoleProcessOptions = {}): Promise<ConsoleProcess> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'watchfloor-console-')))
  const connect = options.server ? ['--server', options.server.url] : []
  const args = [entry, '--port', '0', '--json', '--data-dir', dataDir, ...connect, ...(options.args ?? [])]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', process.env['WATCHFLOOR_TEST_VERBOSE'] ? 'inherit' : 'ignore'],
    env: {
      ...process.env,
      ...(options.server ? { WATCHFLOOR_TOKEN: options.server.token } : {}),
      ...options.env,
    },
  })
  const ended = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  const line = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  if (line.done) throw new Error(`the web shell ended before it was ready (${await ended})`)
  const ready = JSON.parse(line.value) as { url: string }
  const shell: ConsoleProcess = {
    url: ready.url,
    pid: child.pid ?? 0,
    dataDir,
    stop: (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      return ended
    },
    restart: () => startConsoleProcess({ ...options, dataDir }),
    dispose: async () => {
      await shell.stop('SIGKILL')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  return shell
}
