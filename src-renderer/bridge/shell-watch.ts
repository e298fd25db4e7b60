import type { RendererBridge, ShellLink } from './renderer-bridge.ts'

/** Asked every 5 s, given 10 s to answer: together below the 20 s after which a silent server counts as stale. */
const everyMs = 5000
const patienceMs = 10_000

export interface ShellWatchOptions {
  bridge: RendererBridge
  /** Something cheap that the shell answers. */
  ask: () => Promise<unknown>
  /** Called with each change of the link. */
  report: (link: ShellLink) => void
  everyMs?: number
  patienceMs?: number
}

/**
 * Notices a shell that is connected but no longer answers (stopped, hung), which no socket would tell: asks it
 * regularly, reports it as gone when no answer comes in time, and has the bridge connect anew.
 * Returns how to stop.
 */
export function watchShell(options: ShellWatchOptions): () => void {
  const { bridge, ask, report } = options
  let silentSince: number | null = null
  let askedAt: number | null = null

  const stopListening = bridge.onLink((link) => {
    askedAt = null
    if (link.state === 'up') silentSince = null
    report(link)
  })

  async function probe(): Promise<void> {
    const mine = Date.now()
    askedAt = mine
    await ask()
    if (askedAt === mine) askedAt = null
    if (silentSince !== null && bridge.link().state === 'up') {
      silentSince = null
      report(bridge.link())
    }
  }

  const timer = setInterval(() => {
    if (bridge.link().state !== 'up') return
    if (askedAt === null) {
      void probe()
    } else if (silentSince === null && Date.now() - askedAt >= (options.patienceMs ?? patienceMs)) {
      silentSince = askedAt
      report({ state: 'gone', since: askedAt, nextAttemptAt: null, failedAttempts: 0 })
      bridge.reconnect()
    }
  }, options.everyMs ?? everyMs)

  return () => {
    clearInterval(timer)
    stopListening()
  }
}
