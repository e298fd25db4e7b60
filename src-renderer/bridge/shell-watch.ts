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
 * Reports a shell as up only when it has answered, and as gone when it is connected but no longer answers
 * (stopped, hung), which no socket would tell; then has the bridge connect anew. It stays gone until an answer
 * comes, however often it lets us connect. Returns how to stop.
 */
export function watchShell(options: ShellWatchOptions): () => void {
  const { bridge, ask, report } = options
  let isUp = bridge.link().state === 'up'
  let goneSince: number | null = null
  let failedAttempts = 0
  let asked: { at: number } | null = null

  const stopListening = bridge.onLink((link) => {
    asked = null
    if (link.state === 'up') {
      void prove()
    } else if (link.state === 'gone') {
      isUp = false
      goneSince ??= link.since
      failedAttempts = Math.max(failedAttempts, link.failedAttempts)
      report({ ...link, since: goneSince, failedAttempts })
    } else {
      report(link)
    }
  })

  async function prove(): Promise<void> {
    const question = { at: Date.now() }
    asked = question
    await ask()
    // Another connection since: this answer, if it was one, proves nothing of it.
    if (asked !== question) return
    asked = null
    if (isUp) return
    isUp = true
    goneSince = null
    failedAttempts = 0
    report({ state: 'up' })
  }

  const timer = setInterval(() => {
    if (bridge.link().state !== 'up') return
    if (asked === null) {
      void prove()
    } else if (Date.now() - asked.at >= (options.patienceMs ?? patienceMs)) {
      isUp = false
      goneSince ??= asked.at
      failedAttempts += 1
      report({ state: 'gone', since: goneSince, nextAttemptAt: null, failedAttempts })
      bridge.reconnect()
    }
  }, options.everyMs ?? everyMs)

  return () => {
    clearInterval(timer)
    stopListening()
  }
}
