import { constants, setPriority } from 'node:os'
import { v7 as uuidv7 } from 'uuid'
import { createSystemClock } from '../clock.ts'
import type { ServerConfig } from '../config.ts'
import { backUp } from '../log/backup.ts'
import { restore } from '../log/restore.ts'

/** Writes a backup of the data folder and says on stdout, as JSON, what it holds. A server may run meanwhile. */
export async function runBackup(file: string, config: ServerConfig): Promise<void> {
  // A server on the same machine comes first.
  setPriority(constants.priority.PRIORITY_LOW)
  const account = await backUp(config.dataDir, file, config.sqliteBinding)
  console.log(JSON.stringify({ file, ...account }))
}

/** Restores a backup into the data folder, where no server may run, and says on stdout, as JSON, what is there now. */
export function runRestore(file: string, replace: boolean, config: ServerConfig): void {
  const { dataDir, sqliteBinding: nativeBinding } = config
  const account = restore({
    file,
    dataDir,
    replace,
    clock: createSystemClock(),
    randomId: uuidv7,
    nativeBinding,
  })
  console.log(JSON.stringify({ dataDir, ...account }))
}
