import type { ServerConfig } from '../config.ts'

/** A telling of the story and some: a demo that runs for days does not fill the disk. */
const demoKeepEntries = 150_000

/** The configuration of a server that is a demo: its times run as fast as its story does. Any other is left as it is. */
export function withDemoTimes(config: ServerConfig): ServerConfig {
  if (!config.demo) return config
  const shrink = (ms: number): number => Math.round(ms / config.demoSpeed)
  return {
    ...config,
    settleMs: shrink(config.settleMs),
    flapSettleMs: shrink(config.flapSettleMs),
    reopenMs: shrink(config.reopenMs),
    summaryQuietMs: shrink(config.summaryQuietMs),
    logKeepEntries: config.logKeepEntries === 0 ? demoKeepEntries : config.logKeepEntries,
  }
}
