import Database from 'better-sqlite3'

/** Result codes that say the disk or the file is at fault, not the statement (their extended forms included). */
const storageCodes = ['FULL', 'IOERR', 'READONLY', 'CANTOPEN', 'CORRUPT', 'NOTADB', 'NOMEM', 'BUSY', 'LOCKED']

/** True when nothing can be kept just now, whoever asks: then a whole group fails, not one member of it. */
export function isStorageFailure(error: unknown): boolean {
  if (!(error instanceof Database.SqliteError)) return false
  return storageCodes.some((code) => error.code.startsWith(`SQLITE_${code}`))
}

/** Why nothing can be kept, in words for an administrator. */
export function describeFailure(cause: unknown): string {
  const code = cause instanceof Database.SqliteError ? cause.code : ''
  if (code === 'SQLITE_FULL') return 'the disk is full: nothing can be kept until there is room again'
  if (code.startsWith('SQLITE_READONLY')) return 'the data folder is read-only: nothing can be kept'
  if (code.startsWith('SQLITE_IOERR')) return `the disk does not work (${code}): nothing can be kept`
  return `the log cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`
}
