import Database from 'better-sqlite3'
import { v7 as uuidv7 } from 'uuid'
import { createTokenStore, type TokenStore } from '../access/tokens.ts'
import { createSystemClock } from '../clock.ts'
import type { ServerConfig } from '../config.ts'
import { expectLog, logFileOf, makeDataFolder } from '../log/data-folder.ts'
import { migrate } from '../log/migrations.ts'
import type { TokensTask } from './command-line.ts'

/** A running server commits in between: waiting for it is no failure. */
const busyTimeoutMs = 10_000

/** Makes, lists or revokes tokens in a data folder, whether a server uses it at the moment or not. */
export function runTokensTask(task: TokensTask, config: ServerConfig): void {
  // The first token may be made before the server is started for the first time.
  if (task.action === 'create') makeDataFolder(config.dataDir)
  else expectLog(config.dataDir)
  const binding = config.sqliteBinding === undefined ? {} : { nativeBinding: config.sqliteBinding }
  const database = new Database(logFileOf(config.dataDir), { timeout: busyTimeoutMs, ...binding })
  try {
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    migrate(database)
    run(task, createTokenStore({ database, clock: createSystemClock(), randomId: uuidv7 }))
  } finally {
    database.close()
  }
}

function run(task: TokensTask, tokens: TokenStore): void {
  switch (task.action) {
    case 'create':
      // Alone on stdout, so that a script can take it.
      return console.log(tokens.create(task.name, task.role))
    case 'list':
      for (const { name, role, createdAt, revokedAt } of tokens.list()) {
        const state = revokedAt === null ? 'in force' : `revoked ${new Date(revokedAt).toISOString()}`
        console.log([name, role, `made ${new Date(createdAt).toISOString()}`, state].join('\t'))
      }
      return
    case 'revoke':
      if (!tokens.revoke(task.name)) throw new Error(`no token named ${task.name} is in force`)
  }
}
