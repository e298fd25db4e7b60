import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './alertmanager.ts'

/** A program between client and server, as a process of its own. */
export interface Middlebox {
  port: number
  url: string
  /** What it wrote so far. */
  output(): string
  stop(): Promise<void>
}

export interface MiddleboxProgram {
  /** The text of its configuration file, and the command that runs it in the foreground. */
  configuration: (port: number, folder: string) => string
  command: (file: string, folder: string) => [string, ...string[]]
}

const readyWithinMs = 10_000

/** Starts it on a free port with its configuration in a folder of its own; nothing of the system's service is touched. */
export async function startMiddlebox({ configuration, command }: MiddleboxProgram): Promise<Middlebox> {
  const folder = await mkdtemp(join(tmpdir(), 'watchfloor-middlebox-'))
  const port = await freePort()
  const file = join(folder, 'middlebox.conf')
  await writeFile(file, configuration(port, folder))
  const [program, ...args] = command(file, folder)
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (output += part.toString()))
  let isOver = false
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      isOver = true
      output += error.message
      resolve()
    })
    child.once('exit', () => {
      isOver = true
      resolve()
    })
  })
  const stop = async (): Promise<void> => {
    if (!isOver) child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  const until = performance.now() + readyWithinMs
  while (!(await isListening(port))) {
    if (isOver || performance.now() > until) {
      await stop()
      throw new Error(`${program} did not listen within ${readyWithinMs} ms: ${output}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  return { port, url: `http://127.0.0.1:${port}`, output: () => output, stop }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const answer = (is: boolean) => () => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', answer(true)).once('error', answer(false))
  })
}
