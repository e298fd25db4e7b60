import { hash, randomBytes } from 'node:crypto'
import type Database from 'better-sqlite3'
import { roleSchema, type Role } from '../../src-shared/protocol/frames.ts'

export interface TokenIdentity {
  id: string
  name: string
  role: Role
}

export interface TokenRecord extends TokenIdentity {
  createdAt: number
  revokedAt: number | null
}

export interface TokenStore {
  /** A new token, shown this once: only its hash is kept. Throws when the name is taken by a token in force. */
  create(name: string, role: Role): string
  /** Asks the database each time: a token made or revoked by another process counts at once. */
  authenticate(token: string): TokenIdentity | null
  /** Revokes the token in force of this name; false when there is none. */
  revoke(name: string): boolean
  list(): TokenRecord[]
  /** Makes this token an admin of this name, in place of an earlier token of that name. */
  ensureBootstrap(token: string, name: string): void
}

export interface TokenStoreOptions {
  database: Database.Database
  clock: { now(): number }
  randomId: () => string
}

/** Tokens of operators and sources, beside the log in its database. */
export function createTokenStore({ database, clock, randomId }: TokenStoreOptions): TokenStore {
  const insert = database.prepare<[string, string, string, string, number]>(
    'insert into token (id, name, role, hash, created_at) values (?, ?, ?, ?, ?)',
  )
  const byHash = database.prepare<[string], TokenIdentity>(
    'select id, name, role from token where hash = ? and revoked_at is null',
  )
  const byName = database
    .prepare<[string], string>('select id from token where name = ? and revoked_at is null')
    .pluck()
  const revokeId = database.prepare<[number, string]>('update token set revoked_at = ? where id = ?')
  const all = database.prepare<[], TokenRecord>(
    'select id, name, role, created_at as createdAt, revoked_at as revokedAt from token order by created_at',
  )
  const audit = database.prepare<[number, string, string, string | null]>(
    "insert into audit (at, actor, action, subject, detail) values (?, 'administrator', ?, ?, ?)",
  )

  const keep = database.transaction((token: string, name: string, role: Role) => {
    insert.run(randomId(), name, role, hashOf(token), clock.now())
    audit.run(clock.now(), 'tokenCreated', name, role)
  })
  const drop = database.transaction((name: string) => {
    const id = byName.get(name)
    if (id === undefined) return false
    revokeId.run(clock.now(), id)
    audit.run(clock.now(), 'tokenRevoked', name, null)
    return true
  })

  return {
    create: (name, role) => {
      if (byName.get(name) !== undefined) {
        throw new Error(`a token named ${name} is in force: revoke it first, or choose another name`)
      }
      // 256 bits: guessing is hopeless, and a plain hash of it needs no salt and no stretching.
      const token = `wf_${randomBytes(32).toString('base64url')}`
      keep(token, name, roleSchema.parse(role))
      return token
    },
    authenticate: (token) => byHash.get(hashOf(token)) ?? null,
    revoke: (name) => drop(name),
    list: () => all.all(),
    ensureBootstrap: (token, name) => {
      if (byHash.get(hashOf(token))) return
      drop(name)
      keep(token, name, 'admin')
    },
  }
}

function hashOf(token: string): string {
  return hash('sha256', token)
}
