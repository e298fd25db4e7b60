import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import type { CommandResult } from '../../src-shared/domain/command.ts'
import type { ServerAccount } from '../support/lasting-server.ts'

/** What was kept of a full reading of the feed. */
export interface ReaderAccount {
  seen: ReadonlyMap<string, number>
  lost: readonly { from: number; to: number }[]
  problems: readonly string[]
}

/** The states that the log leads to, by id. */
export function statesOf(log: readonly LogEntry[]): Record<'incidents' | 'alerts', Map<string, unknown>> {
  const incidents = new Map<string, unknown>()
  const alerts = new Map<string, unknown>()
  for (const entry of log) {
    if (entry.kind === 'incident') incidents.set(entry.incident.id, entry.incident)
    if (entry.kind === 'alert') alerts.set(entry.alert.id, entry.alert)
  }
  return { incidents, alerts }
}

/** Where an answered event is missing or came twice; `mayLose`: whether the server ever forgot something. */
export function judgeReader(
  answered: readonly string[],
  log: readonly LogEntry[],
  reader: ReaderAccount,
  mayLose: boolean,
): string[] {
  const wrong = [...reader.problems]
  if (!mayLose && reader.lost.length > 1) wrong.push('continuity was lost though the log kept everything')
  const seqs = new Map(log.flatMap((entry) => (entry.kind === 'event' ? [[entry.event.id, entry.seq]] : [])))
  for (const id of new Set(answered)) {
    const seq = seqs.get(id)
    if (seq === undefined) {
      wrong.push(`the answered event ${id} is not in the log`)
      continue
    }
    const times = reader.seen.get(id) ?? 0
    const isLost = reader.lost.some(({ from, to }) => seq > from && seq <= to)
    if (times > 1) wrong.push(`the event ${seq} was seen ${times} times`)
    if (times === 0 && !isLost) wrong.push(`the answered event ${seq} was never seen`)
  }
  return wrong
}

/** Each command has one result, each that is done one effect in the log, and nothing else was done by operators. */
export function judgeCommands(acted: number, { log, results }: ServerAccount): string[] {
  const wrong: string[] = []
  if (results.length !== acted) wrong.push(`${acted} commands have ${results.length} results`)
  const effects = log.flatMap((entry) =>
    // A merge writes both incidents; its result names the one that has the alerts now.
    entry.kind === 'incident' && entry.change.by.kind === 'operator' && entry.change.kind !== 'merged'
      ? [entry.seq]
      : [],
  )
  const done = results.flatMap(({ status, seq }) => (status === 'done' && seq !== null ? [seq] : []))
  const twice = done.filter((seq, index) => done.indexOf(seq) !== index)
  if (twice.length > 0) wrong.push(`the effects ${twice.join()} belong to several commands`)
  const nobodys = effects.filter((seq) => !done.includes(seq))
  if (nobodys.length > 0) wrong.push(`the effects ${nobodys.join()} belong to no command's result`)
  const missing = done.filter((seq) => !effects.includes(seq))
  if (missing.length > 0) wrong.push(`the results ${missing.join()} have no effect`)
  const notes = log.flatMap((entry) =>
    entry.kind === 'incident' && entry.change.kind === 'noted' ? [entry.change.text ?? ''] : [],
  )
  if (new Set(notes).size !== notes.length) wrong.push('a note was written twice')
  return wrong
}

/** Histories that are said to be whole and are not. */
export function judgeTimeline(
  incidentId: string,
  kept: readonly number[],
  log: readonly LogEntry[],
): string[] {
  const whole = log.filter((entry) => {
    if (entry.kind === 'event') return entry.event.incidentId === incidentId
    if (entry.kind === 'summary') return entry.summary.incidentId === incidentId
    return entry.kind === 'incident' && entry.incident.id === incidentId
  })
  const missing = whole.filter(({ seq }) => !kept.includes(seq)).map(({ seq }) => seq)
  return missing.length === 0 ? [] : [`the whole history of ${incidentId} lacks ${missing.join()}`]
}

/** Results that an operator was told and the server did not give. */
export function judgeTold(
  told: readonly { commandId: string; status: string }[],
  results: readonly CommandResult[],
): string[] {
  const given = new Map(results.map(({ commandId, status }) => [commandId, status]))
  return told
    .filter(({ commandId, status }) => given.get(commandId) !== status)
    .map(
      ({ commandId, status }) => `${commandId} is told as ${status} and is ${String(given.get(commandId))}`,
    )
}

/** Things whose cached state is not the server's. */
export function judgeCache(
  name: string,
  cached: ReadonlyMap<string, unknown>,
  truth: ReadonlyMap<string, unknown>,
): string[] {
  const wrong: string[] = []
  for (const id of new Set([...cached.keys(), ...truth.keys()])) {
    const [here, there] = [cached.get(id), truth.get(id)].map((value) => JSON.stringify(value, sortedKeys))
    if (here !== there) wrong.push(`${name} ${id} is ${String(here)} and should be ${String(there)}`)
  }
  return wrong
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
