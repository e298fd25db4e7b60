import { utilityProcess } from 'electron'
import type { ServerProcess } from '../core/supervised-server.ts'

/** Starts the bundled server as a utility process: no window, no GPU, ended with this app. */
export function launchUtilityServer(
  entry: string,
  args: string[],
  env: Record<string, string>,
): ServerProcess {
  const child = utilityProcess.fork(entry, args, {
    env: { ...process.env, ...env },
    serviceName: 'Watchfloor server',
    // Its ready line comes as a message too; its log goes with ours.
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let exitCode: number | null = null
  child.once('exit', (code) => {
    exitCode = code
  })
  return {
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => {
      if (exitCode === null) child.once('exit', listener)
      else listener(exitCode)
    },
    askToStop: () => child.postMessage({ type: 'stop' }),
    kill: () => child.kill(),
  }
}
