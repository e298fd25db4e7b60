import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parseObject, readString } from './json.ts'

const startScript = fileURLToPath(new URL('../../../src-server/start.js', import.meta.url))

export interface ServerProcess {
  readonly url: string
  readonly streamUrl: string
  /** Sends SIGTERM and waits for the exit; answers with the exit code. */
  stop(): Promise<number | null>
}

/** Starts the server as a process of its own; resolves when it says that it is ready. Port 0 is any free one. */
export async function startServer(
  dataDir: string,
  port: number,
  bootstrapToken: string,
): Promise<ServerProcess> {
  const server = spawn(process.execPath, [startScript, '--port', String(port), '--data-dir', dataDir], {
    env: { ...process.env, WATCHFLOOR_BOOTSTRAP_TOKEN: bootstrapToken },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(server, 'exit')
  let complaints = ''
  server.stderr.on('data', (text: Buffer) => (complaints += text.toString()))
  const { promise: ready, resolve, reject } = Promise.withResolvers<{ url: string; streamUrl: string }>()
  createInterface(server.stdout).on('line', (line) => {
    if (!line.startsWith('{"ready"')) return
    const said = parseObject(line)
    resolve({ url: readString(said, 'url'), streamUrl: readString(said, 'streamUrl') })
  })
  server.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${complaints}`)))
  return {
    ...(await ready),
    stop: async () => {
      server.kill('SIGTERM')
      await exited
      return server.exitCode
    },
  }
}

async function runTokens(action: string, dataDir: string, options: readonly string[]): Promise<string> {
  const args = [startScript, 'tokens', action, '--data-dir', dataDir, ...options]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return stdout
}

/** Makes a token in the server's data, beside the running server. */
export async function createToken(dataDir: string, name: string, role: string): Promise<string> {
  const stdout = await runTokens('create', dataDir, ['--name', name, '--role', role])
  const line = stdout.trim().split('\n').at(-1)
  if (line === undefined || line === '') throw new Error('no token was printed')
  return line
}

/** Revokes every token of that name, beside the running server. */
export async function revokeTokens(dataDir: string, name: string): Promise<void> {
  await runTokens('revoke', dataDir, ['--name', name])
}
