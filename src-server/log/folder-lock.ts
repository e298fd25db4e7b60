import { join } from 'node:path'
import Database from 'better-sqlite3'

/**
 * Makes sure that one server at a time uses a data folder; returns how to let go. The lock is SQLite's own on a file of
 * its own: the system frees it with the process, however that ends, on every platform.
 */
export function lockFolder(dataDir: string, nativeBinding?: string): () => void {
  const lock = new Database(join(dataDir, 'server.lock'), {
    timeout: 0,
    ...(nativeBinding ? { nativeBinding } : {}),
  })
  try {
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('begin exclusive')
  } catch (cause) {
    lock.close()
    throw new Error(`another server uses the data folder ${dataDir}: stop it, or give this one --data-dir`, {
      cause,
    })
  }
  return () => lock.close()
}
