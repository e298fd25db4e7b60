import type Database from 'better-sqlite3'
import { settledActionSchema, type SettledAction } from '../../../src-shared/console-views.ts'
import {
  commandSchema,
  incidentIdOf,
  type Command,
  type CommandBody,
  type CommandResult,
} from '../../../src-shared/domain/command.ts'
import type { Incident } from '../../../src-shared/domain/incident.ts'
import { usualPriority } from '../../../src-shared/domain/severity.ts'
import { revisingOf, seenAfter } from './seen-revisions.ts'
import { isSetting, settingKinds, withOwnLaidOver, type SettingBody } from './seen-values.ts'
import type { KeptCommand, LogPlace, StoreInput, StoreOutput } from './store-api.ts'

/** Newest results that are kept. */
const settledKept = 2_000

interface OutboxRow {
  json: string
  effect_epoch: string | null
  effect_seq: number | null
}

/**
 * Actions whose effect has not been read yet, in the order in which they were taken, and results of those that have
 * one.
 */
export class OutboxTable {
  readonly #insert
  readonly #waiting
  readonly #one
  readonly #remove
  readonly #markDone
  readonly #removeRead
  readonly #settle
  readonly #prune
  readonly #unseen
  readonly #markSeen
  readonly #setting
  readonly #putSetting
  readonly #incidentNumber
  readonly #incident
  readonly #waitingSettings
  readonly #rewrite
  readonly #forgetNumbers

  constructor(db: Database.Database) {
    this.#insert = db.prepare('INSERT INTO outbox (id, site, json) VALUES (?, ?, ?)')
    this.#waiting = db.prepare<[string], OutboxRow>(
      'SELECT json, effect_epoch, effect_seq FROM outbox WHERE site = ? ORDER BY ord',
    )
    // Only such as have no result.
    this.#one = db
      .prepare<[string, string], string>(
        'SELECT json FROM outbox WHERE site = ? AND id = ? AND effect_seq IS NULL',
      )
      .pluck()
    this.#remove = db.prepare('DELETE FROM outbox WHERE id = ?')
    this.#markDone = db.prepare('UPDATE outbox SET effect_epoch = ?, effect_seq = ? WHERE id = ?')
    this.#removeRead = db.prepare(
      `DELETE FROM outbox WHERE site = ? AND effect_seq IS NOT NULL AND (effect_epoch <> ? OR effect_seq <= ?)`,
    )
    this.#settle = db.prepare(
      'INSERT OR REPLACE INTO settled (id, site, at, is_seen, json) VALUES (?, ?, ?, ?, ?)',
    )
    this.#prune = db.prepare(
      `DELETE FROM settled WHERE site = ? AND id NOT IN
         (SELECT id FROM settled WHERE site = ? ORDER BY at DESC LIMIT ${settledKept})`,
    )
    this.#unseen = db
      .prepare<[], string>('SELECT json FROM settled WHERE is_seen = 0 ORDER BY at, id')
      .pluck()
    this.#markSeen = db.prepare('UPDATE settled SET is_seen = 1 WHERE id = ?')
    this.#setting = db.prepare<[string], string>('SELECT value FROM settings WHERE key = ?').pluck()
    this.#putSetting = db.prepare('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)')
    this.#rewrite = db.prepare('UPDATE outbox SET json = ? WHERE id = ?')
    this.#forgetNumbers = db.prepare(`DELETE FROM settings WHERE key = 'clientId' OR key LIKE 'lastNumber:%'`)
    this.#incidentNumber = db
      .prepare<[string, string], number>('SELECT number FROM incidents WHERE site = ? AND id = ?')
      .pluck()
    this.#waitingSettings = db
      .prepare<[string, string], string>(
        `SELECT json FROM outbox WHERE site = ? AND json ->> '$.author' = ?
           AND json ->> '$.body.kind' IN (${settingKinds.map((kind) => `'${kind}'`).join()}) ORDER BY ord`,
      )
      .pluck()
    this.#incident = db
      .prepare<[string, string], string>('SELECT json FROM incidents WHERE site = ? AND id = ?')
      .pluck()
  }

  /** The identity of this store towards servers: a new store is a new client. */
  clientId(newId: () => string): string {
    const known = this.#setting.get('clientId')
    if (known !== undefined) return known
    const made = newId()
    this.#putSetting.run('clientId', made)
    return made
  }

  /** Inside a transaction: the number is used up with the action. `own`: see `settings`; the action joins them. */
  enqueue(input: StoreInput<'enqueue'>, clientId: string, own: SettingBody[]): Command {
    const { siteId, id, author, issuedAt } = input
    const body = isSetting(input.body)
      ? this.#asSeen(siteId, input.body, own)
      : this.#afterOwnDone(siteId, author, input.body)
    if (isSetting(body)) own.push(body)
    const number = this.#nextNumber(siteId)
    const command: Command = { id, clientId, number, author, issuedAt, body }
    this.#insert.run(id, siteId, JSON.stringify(command))
    return command
  }

  /** What this author's actions set whose effect has not been read yet, in their order. */
  settings(siteId: string, author: string): SettingBody[] {
    return this.#waitingSettings.all(siteId, author).flatMap((json) => {
      const { body } = commandSchema.parse(JSON.parse(json))
      return isSetting(body) ? [body] : []
    })
  }

  #asSeen(siteId: string, body: SettingBody, own: readonly SettingBody[]): SettingBody {
    const known = this.#incident.get(siteId, body.incidentId)
    return withOwnLaidOver(
      body,
      own,
      known === undefined ? null : usualPriority(JSON.parse(known) as Incident),
    )
  }

  /** A revision that the author's own change has made for certain, and that has not been read yet, counts as seen. */
  #afterOwnDone(siteId: string, author: string, body: CommandBody): CommandBody {
    if (!revisingOf(body)) return body
    return this.waiting(siteId).reduce((now, { command, effect }) => {
      const change = effect && command.author === author ? revisingOf(command.body) : null
      return change ? seenAfter(now, change) : now
    }, body)
  }

  /** After `done` has made its revision: the author's later changes that had to wait for it name it. */
  #renew(siteId: string, done: Command): Command[] {
    const change = revisingOf(done.body)
    if (!change) return []
    return this.waiting(siteId).flatMap(({ command, effect }) => {
      const body = seenAfter(command.body, change)
      if (effect || command.author !== done.author || body === command.body) return []
      const renewed: Command = { ...command, body }
      this.#rewrite.run(JSON.stringify(renewed), command.id)
      return [renewed]
    })
  }

  /**
   * Inside a transaction. The store came back older than it was (its newest changes were lost), so that it gives
   * out numbers that are used up: it goes on as a new client, and the action gets a number of that. Null when the
   * action is not in the outbox.
   */
  renumber(site: string, commandId: string, newId: () => string): Command | null {
    const json = this.#one.get(site, commandId)
    if (json === undefined) return null
    const command = commandSchema.parse(JSON.parse(json))
    if (command.clientId === this.#setting.get('clientId')) this.#forgetNumbers.run()
    const clientId = this.clientId(newId)
    const renumbered: Command = { ...command, clientId, number: this.#nextNumber(site) }
    this.#rewrite.run(JSON.stringify(renumbered), commandId)
    return renumbered
  }

  #nextNumber(site: string): number {
    const key = `lastNumber:${site}`
    const number = Number(this.#setting.get(key) ?? 0) + 1
    this.#putSetting.run(key, String(number))
    return number
  }

  waiting(site: string): KeptCommand[] {
    return this.#waiting.all(site).map(({ json, effect_epoch: epoch, effect_seq: seq }) => ({
      command: commandSchema.parse(JSON.parse(json)),
      effect: epoch === null || seq === null ? null : { epoch, seq },
    }))
  }

  /** Inside the transaction that moves the cursor there: what is done up to it shows in the state now. */
  reached(site: string, { epoch, seq }: LogPlace): void {
    this.#removeRead.run(site, epoch, seq)
  }

  /** Inside a transaction. `cursor` is how far the site has been read. */
  settle(
    { siteId: site, result, epoch, at }: StoreInput<'settle'>,
    cursor: LogPlace | null,
  ): StoreOutput<'settle'> {
    const json = this.#one.get(site, result.commandId)
    if (json === undefined) return null
    const command = commandSchema.parse(JSON.parse(json))
    const { body } = command
    const incidentId = incidentIdOf(body)
    const settled: SettledAction = {
      commandId: result.commandId,
      siteId: site,
      incidentId,
      number: result.incident?.number ?? this.#incidentNumber.get(site, incidentId ?? '') ?? null,
      body,
      status: result.status,
      message: result.message,
      at,
    }
    const effect = effectToCome(result, epoch, cursor)
    if (effect) this.#markDone.run(effect.epoch, effect.seq, result.commandId)
    else this.#remove.run(result.commandId)
    const isSeen = result.status !== 'conflict' && result.status !== 'rejected'
    this.#settle.run(result.commandId, site, at, isSeen ? 1 : 0, JSON.stringify(settled))
    this.#prune.run(site, site)
    return {
      settled,
      effect,
      renewed: result.status === 'done' && result.seq !== null ? this.#renew(site, command) : [],
    }
  }

  /** Conflicts and rejections that the operator has not dismissed, oldest first. */
  unseen(): SettledAction[] {
    return this.#unseen.all().map((json) => settledActionSchema.parse(JSON.parse(json)))
  }

  markSeen(commandId: string): void {
    this.#markSeen.run(commandId)
  }
}

/** Where the effect of what is done will be read; null when there is none, or it was read before the result came. */
function effectToCome(
  { status, seq }: CommandResult,
  epoch: string,
  cursor: LogPlace | null,
): LogPlace | null {
  if (status !== 'done' || seq === null) return null
  return cursor?.epoch === epoch && cursor.seq >= seq ? null : { epoch, seq }
}
