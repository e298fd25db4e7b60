import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { createTokenStore, type TokenIdentity } from '../../src-server/access/tokens.ts'
import { createCommands } from '../../src-server/incidents/commands.ts'
import { createIngest } from '../../src-server/ingest/ingest.ts'
import { openSqliteStore } from '../../src-server/log/sqlite-store.ts'
import { createCorrelator } from '../../src-shared/correlation/correlator.ts'
import { builtInRules, type CorrelationRule } from '../../src-shared/correlation/rule.ts'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { Command, CommandBody } from '../../src-shared/domain/command.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'

/** The server's write side on a real SQLite in a folder of its own, with a clock that a test moves. */
export function openServerInside(folder?: string, rules: readonly CorrelationRule[] = []) {
  const dataDir = folder ?? mkdtempSync(join(tmpdir(), 'watchfloor-inside-'))
  const clock = {
    at: Date.UTC(2026, 10, 23, 14, 0, 0),
    now: () => clock.at,
    monotonic: () => clock.at,
    /** Moves the clock on by so many milliseconds. */
    pass: (ms: number) => {
      clock.at += ms
    },
  }
  const store = openSqliteStore({ dataDir, clock, randomId: uuidv7 })
  const correlate = createCorrelator([...rules, ...builtInRules])
  const placing = { randomId: uuidv7, correlate, summaryQuietMs: 20_000 }
  const ingest = createIngest({
    store,
    ...placing,
    settleMs: 30_000,
    flapSettleMs: 300_000,
    reopenMs: 300_000,
    ackTimeoutMs: 1_800_000,
  })
  const commands = createCommands({ store, randomId: uuidv7, settleMs: 30_000, ackTimeoutMs: 1_800_000 })
  const tokens = createTokenStore({ database: store.database, clock, randomId: uuidv7 })
  const source: TokenIdentity = { id: uuidv7(), name: 'prometheus', role: 'source' }
  const clientId = uuidv7()
  let number = 0
  const inside = {
    dataDir,
    clock,
    store,
    ingest,
    placing,
    commands,
    tokens,
    source,
    /** Sends events as the source; the answer's body. */
    send: async (body: unknown, kind = 'events') => {
      const answer = await ingest.accept(kind, source, body, JSON.stringify(body))
      return answer as {
        status: number
        body: { accepted: number; items: Record<string, unknown>[]; error?: unknown }
      }
    },
    command: (body: CommandBody, author = 'mira'): Command => ({
      id: uuidv7(),
      clientId,
      number: (number += 1),
      author,
      issuedAt: clock.at,
      body,
    }),
    act: (body: CommandBody, author = 'mira') => {
      const identity: TokenIdentity = { id: uuidv7(), name: author, role: 'responder' }
      return commands.execute(inside.command(body, author), identity)
    },
    incidents: async (): Promise<Incident[]> =>
      (await store.incidents({ statuses: null, after: null, limit: 1000 })).items,
    /** The only incident there is, with its alerts. */
    theIncident: async (): Promise<{ incident: Incident; alerts: Alert[] }> => {
      const [only, ...others] = await inside.incidents()
      if (!only || others.length > 0) throw new Error(`there are ${others.length + (only ? 1 : 0)} incidents`)
      const found = await store.incident(only.id, 1000)
      if (!found) throw new Error('it is listed but not there')
      return found
    },
    log: async (): Promise<LogEntry[]> =>
      (await store.read(0, store.head(), 100_000)).map((entry) => JSON.parse(entry.json) as LogEntry),
    close: async () => {
      await store.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  return inside
}

export type ServerInside = ReturnType<typeof openServerInside>
