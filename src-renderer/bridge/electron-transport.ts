import type { ConsoleBridge, MethodInput, MethodName } from '../../src-shared/console-api.ts'
import type { ShellTransport } from './renderer-bridge.ts'

declare global {
  interface Window {
    /** Exposed by the Electron shell's preload script; absent in a browser. */
    readonly watchfloor?: ConsoleBridge
  }
}

/** The contract over Electron's IPC: the shell lives and dies with the window, so its link is always up. */
export function createElectronTransport(bridge: ConsoleBridge): ShellTransport {
  return {
    call: async (method, input) => {
      try {
        return await bridge.call(method as MethodName, input as MethodInput<MethodName>)
      } catch (error) {
        return {
          ok: false,
          code: 'shellFailed',
          message: error instanceof Error ? error.message : String(error),
        }
      }
    },
    on: (event, listener) => bridge.on(event, listener),
    link: () => ({ state: 'up' }),
    onLink: () => () => undefined,
    reconnect: () => undefined,
    close: () => undefined,
  }
}
