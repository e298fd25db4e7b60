import { destination, pino, type Logger } from 'pino'

/** Logs as JSON lines on stderr: stdout belongs to what was asked for. */
export function createLog(level: string): Logger {
  return pino(
    { level, base: null, timestamp: () => `,"at":${Date.now()}` },
    destination({ fd: 2, sync: true }),
  )
}
