import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface ServerProcess {
  url: string
  streamUrl: string
  pid: number
  dataDir: string
  adminToken: string
  /** Makes a token with the command line, as an administrator would. */
  createToken(name: string, role: 'viewer' | 'responder' | 'admin' | 'source'): string
  /** Sends the signal and waits for the end; returns the exit code, or the signal that ended it. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | string>
  /** Starts it again on the same data folder and the same port. */
  restart(): Promise<ServerProcess>
  /** Ends it, if it still runs, and removes its data folder. */
  dispose(): Promise<void>
}

export interface ServerProcessOptions {
  dataDir?: string
  port?: number
  env?: Record<string, string>
  args?: string[]
  /** Put in front of the node command: `strace …`, `taskset …`. */
  prefix?: string[]
}

const entry = fileURLToPath(new URL('../../src-server/start.js', import.meta.url))
const adminToken = 'wf_admin_for_tests_0123456789abcdef'

/** Starts the incident server as a process of its own, as an administrator would, and waits until it is ready. */
export async function startServerProcess(options: ServerProcessOptions = {}): Promise<ServerProcess> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'watchfloor-server-')))
  const command = [
    ...(options.prefix ?? []),
    process.execPath,
    entry,
    '--port',
    String(options.port ?? 0),
    '--data-dir',
    dataDir,
    ...(options.args ?? []),
  ]
  const child = spawn(command[0] ?? '', command.slice(1), {
    stdio: ['ignore', 'pipe', process.env['WATCHFLOOR_TEST_VERBOSE'] ? 'inherit' : 'ignore'],
    env: { ...process.env, WATCHFLOOR_BOOTSTRAP_TOKEN: adminToken, ...options.env },
  })
  const ready = await readyLine(child)
  const ended = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  const server: ServerProcess = {
    url: ready.url,
    streamUrl: ready.streamUrl,
    // Under a prefix the child is the tracer: the server says its own pid.
    pid: ready.pid ?? child.pid ?? 0,
    dataDir,
    adminToken,
    createToken: (name, role) => createToken(dataDir, name, role),
    stop: (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) process.kill(server.pid, signal)
      return ended
    },
    restart: () => startServerProcess({ ...options, dataDir, port: Number(new URL(ready.url).port) }),
    dispose: async () => {
      await server.stop('SIGKILL')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  return server
}

function createToken(dataDir: string, name: string, role: string): string {
  const args = [entry, 'tokens', 'create', '--data-dir', dataDir, '--name', name, '--role', role]
  const run = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`tokens create failed: ${run.stderr}`)
  return run.stdout.trim()
}

interface Ready {
  url: string
  streamUrl: string
  pid?: number
}

function readyLine(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) throw new Error('stdout is piped')
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      reject(new Error(`the server ended before it was ready (${code ?? signal})`)),
    )
    const lines = createInterface({ input: child.stdout })
    lines.once('line', (line) => resolve(JSON.parse(line) as Ready))
  })
}
