/** What Electron gives a utility process instead of an IPC channel of node's. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/** The process that started this one, if it keeps a channel: node's `fork`, or Electron's `utilityProcess`. */
export interface ParentLink {
  tell(message: object): void
  /** The parent asks to stop (`{"type":"stop"}`): the only way on systems without signals. */
  onStop(listener: () => void): void
  /** The channel is gone, and with it the parent. */
  onGone(listener: () => void): void
}

export function createParentLink(): ParentLink {
  const port = parentPort()
  return {
    tell(message) {
      port?.postMessage(message)
      if (process.connected) process.send?.(message)
    },
    onStop(listener) {
      port?.on('message', ({ data }) => {
        if (isStop(data)) listener()
      })
      process.on('message', (message) => {
        if (isStop(message)) listener()
      })
    },
    onGone(listener) {
      process.on('disconnect', listener)
    },
  }
}

function parentPort(): ParentPort | undefined {
  if (!('parentPort' in process)) return undefined
  return (process.parentPort as ParentPort | null) ?? undefined
}

function isStop(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'stop'
}
