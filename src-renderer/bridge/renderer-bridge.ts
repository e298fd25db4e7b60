import type { ConsoleBridge, EventName } from '../../src-shared/console-api.ts'

/** Whether the program behind this page (the shell with the core in it) answers. Instants as everywhere. */
export type ShellLink =
  | { state: 'connecting' }
  | { state: 'up' }
  | {
      state: 'gone'
      since: number
      nextAttemptAt: number | null
      /** Attempts to reach it again that failed so far. */
      failedAttempts: number
    }

/** What carries the contract, before anything is parsed. */
export interface ShellTransport {
  /** Resolves with the answer as it came; never rejects: a lost shell is an answer with `ok: false`. */
  call(method: string, input: unknown): Promise<unknown>
  on(event: EventName, listener: (payload: unknown) => void): () => void
  link(): ShellLink
  onLink(listener: (link: ShellLink) => void): () => void
  /** Drops a connection that is open but silent, and tries at once; nothing to do where there is none. */
  reconnect(): void
  close(): void
}

/** The contract, and beside it what only a page needs to know: whether its shell is there. */
export interface RendererBridge
  extends ConsoleBridge, Pick<ShellTransport, 'link' | 'onLink' | 'reconnect' | 'close'> {}
