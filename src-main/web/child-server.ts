import { fork } from 'node:child_process'
import type { ServerProcess } from '../core/supervised-server.ts'

/** Starts the bundled server as a child process of this one; its log goes with ours. */
export function launchChildServer(entry: string, args: string[], env: Record<string, string>): ServerProcess {
  const child = fork(entry, args, {
    env: { ...process.env, ...env },
    // Its standard output has the ready line, which comes over the channel too.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  let ended: number | string | null = null
  child.once('exit', (code, signal) => {
    ended = code ?? signal ?? 'unknown'
  })
  return {
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => {
      if (ended !== null) return listener(ended)
      child.once('exit', (code, signal) => listener(code ?? signal ?? 'unknown'))
      // A process that cannot be started at all has no exit.
      child.once('error', (error) => {
        if (child.pid === undefined) listener(error.message)
      })
    },
    askToStop: () => {
      if (child.connected) child.send({ type: 'stop' })
      else child.kill('SIGTERM')
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
