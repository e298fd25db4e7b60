import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface ChildProgram<Ready> {
  pid: number
  /** What its first line said. */
  ready: Ready
  /** Sends a line and reads the JSON line that answers it. */
  ask<T>(line: string): Promise<T>
  /** Sends the signal and resolves when the process is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/**
 * Runs a program of this folder in a process of its own, so that its work is counted apart. It prints one JSON line when
 * it is ready, and one for each line that it reads. Rejects when it ends before it is ready.
 */
export async function startChild<Ready>(
  file: string,
  args: readonly (string | number)[] = [],
): Promise<ChildProgram<Ready>> {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const child = spawn(process.execPath, [path, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const read = async (): Promise<unknown> => {
    const line = await lines.next()
    if (line.done) throw new Error(`${file} ended early (${child.exitCode ?? child.signalCode})`)
    return JSON.parse(line.value)
  }
  const ready = (await read()) as Ready
  return {
    pid: child.pid ?? 0,
    ready,
    ask: async <T>(line: string) => {
      child.stdin.write(`${line}\n`)
      return (await read()) as T
    },
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await gone
    },
  }
}

/** The child's side: answers each line with what `answer` returns, and ends with its parent. */
export function answerLines(ready: object, answer: (line: string) => unknown): void {
  console.log(JSON.stringify(ready))
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      void Promise.resolve(answer(line)).then((value) => console.log(JSON.stringify(value ?? null)))
    })
    .on('close', () => process.exit(0))
  process.on('SIGTERM', () => process.exit(0))
}
