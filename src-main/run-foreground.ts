import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

/**
 * Runs a program in the foreground to its end and gives its exit code; a signal to this process is one to it. With
 * `onOutput` its standard output goes there instead of the terminal. Never rejects: what cannot start has the code 1.
 */
export function runForeground(
  program: string,
  args: string[],
  cwd: string,
  onOutput?: (output: Readable) => void,
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['inherit', onOutput ? 'pipe' : 'inherit', 'inherit'], cwd })
    if (onOutput && child.stdout) onOutput(child.stdout)
    const pass = (signal: NodeJS.Signals) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM'] as const
    for (const signal of signals) process.on(signal, pass)
    const finish = (code: number) => {
      for (const signal of signals) process.off(signal, pass)
      resolve(code)
    }
    child.once('error', (error) => {
      console.error(`${program}: ${error.message}`)
      finish(1)
    })
    child.once('exit', (code, signal) =>
      finish(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)),
    )
  })
}
