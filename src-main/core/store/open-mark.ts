import { existsSync, rmSync, writeFileSync } from 'node:fs'

/**
 * A file beside the store for as long as it is open. A store that was not closed has its newest changes in its
 * WAL: if that is gone, SQLite opens what is left without a word, and only this mark tells.
 */
const markOf = (file: string): string => `${file}.open`

/** True when the store was not closed and the file with its newest changes is gone. */
export function isWalMissing(file: string): boolean {
  return existsSync(markOf(file)) && existsSync(file) && !existsSync(`${file}-wal`)
}

/** Called once the WAL exists. A disk that takes no mark takes no changes either, and says so itself. */
export function markOpen(file: string): void {
  if (file === ':memory:') return
  writeFileSync(markOf(file), '')
}

export function markClosed(file: string): void {
  rmSync(markOf(file), { force: true })
}
