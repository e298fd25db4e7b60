import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'

export interface CommandResult {
  /** The exit code, or null when it was ended by a signal (its time was over) or could not start. */
  code: number | null
  seconds: number
  output: string
}

export interface CommandOptions {
  timeoutMs: number
  /** Shows the output while it comes; otherwise it is only collected. */
  live?: boolean
  env?: Record<string, string>
  cwd?: string
}

/** The project's own tools come first, as in an npm script. */
const path = [join(process.cwd(), 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter)

/** Runs a command to its end; with `timeoutMs` over, it and all that it started are ended. Never rejects. */
export function runCommand(command: string, args: string[], options: CommandOptions): Promise<CommandResult> {
  const started = performance.now()
  const isWindows = process.platform === 'win32'
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      // A group of its own, so that what it started can be ended with it.
      detached: !isWindows,
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: options.cwd ?? process.cwd(),
      env: { ...process.env, ...options.env, PATH: path },
    })
    let output = ''
    const collect = (chunk: Buffer) => {
      output += chunk.toString()
      if (options.live) process.stdout.write(chunk)
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    const finish = (code: number | null) => {
      clearTimeout(timer)
      resolve({ code, seconds: (performance.now() - started) / 1000, output })
    }
    const timer = setTimeout(() => {
      output += `\nended: it took longer than ${options.timeoutMs / 1000} s\n`
      if (isWindows || child.pid === undefined) child.kill('SIGKILL')
      else process.kill(-child.pid, 'SIGKILL')
    }, options.timeoutMs)
    child.once('error', (error) => {
      output += error.message
      finish(null)
    })
    child.once('close', finish)
  })
}

/** Runs a tool of the project by its package's entry, which is the same on all systems. */
export function runNode(args: string[], options: CommandOptions): Promise<CommandResult> {
  return runCommand(process.execPath, args, options)
}
