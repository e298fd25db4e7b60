import { readFileSync } from 'node:fs'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CommandBody, CommandResult } from '../../src-shared/domain/command.ts'
import type { Incident, IncidentStatus } from '../../src-shared/domain/incident.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

interface Cell {
  start: IncidentStatus
  first: Kind
  second: Kind
  /** As the table says it: `done, triggered`. */
  outcome: string
}

const kinds = ['acknowledge', 'unacknowledge', 'resolve', 'note', 'summarise'] as const
type Kind = (typeof kinds)[number]
const cells = readCells(readFileSync(new URL('../../docs/conflicts.md', import.meta.url), 'utf8'))

let inside: ServerInside
beforeAll(() => {
  inside = openServerInside()
})
afterAll(() => inside.close())

describe('the table of conflicts', () => {
  it('has a cell for each pair of commands in each status', () => {
    expect(cells).toHaveLength(3 * kinds.length ** 2)
    expect(new Set(cells.map(({ start, first, second }) => `${start} ${first} ${second}`)).size).toBe(
      cells.length,
    )
  })
})

describe.each(cells)('$start: $first, then $second', ({ start, first, second, outcome }) => {
  it(`ends as ${outcome}, however long ago it was issued, and the same when sent again`, async () => {
    const incident = await incidentThatIs(start)
    const mira = commandOf(first, incident.id, 'mira')
    // Waited in an outbox since before anybody else acted.
    const jonas = { ...commandOf(second, incident.id, 'jonas'), issuedAt: inside.clock.now() - 3_600_000 }
    inside.clock.pass(1_000)
    await execute(mira)
    inside.clock.pass(1_000)
    const result = await execute(jonas)
    expect(describeOutcome(result)).toBe(outcome)
    expect(await stored(incident.id)).toEqual(result.incident)
    if (result.status === 'conflict') {
      expect(result.seq).toBeNull()
      expect(result.message).toMatch(
        /^(already (acknowledged|resolved) by (mira|erin)|nobody has acknowledged it)/,
      )
    }
    const head = inside.store.head()
    expect(await execute(jonas)).toEqual(result)
    expect(inside.store.head()).toBe(head)
  })

  it('ends as one of the two orders when both arrive at once', async () => {
    const incident = await incidentThatIs(start)
    const both = [commandOf(first, incident.id, 'mira'), commandOf(second, incident.id, 'jonas')] as const
    const [a, b] = await Promise.all([execute(both[0]), execute(both[1])])
    const reverse = cells.find(
      (cell) => cell.start === start && cell.first === second && cell.second === first,
    )
    const possible = [
      [alone(start, first), outcome],
      [reverse?.outcome, alone(start, second)],
    ]
    expect(possible).toContainEqual([describeOutcome(a), describeOutcome(b)])
  })
})

/** What becomes of a command when nobody else acts: what a note before it, which changes no status, leaves it. */
function alone(start: IncidentStatus, kind: Kind): string | undefined {
  return cells.find((cell) => cell.start === start && cell.first === 'note' && cell.second === kind)?.outcome
}

function describeOutcome({ status, code, incident }: CommandResult): string {
  return `${[status, code].filter((word) => word !== null).join(' ')}, ${incident?.status}`
}

async function incidentThatIs(status: IncidentStatus): Promise<Incident> {
  const title = `trouble ${uuidv7()}`
  await inside.send({ service: 'edge', title, dedupKey: title })
  const incident = (await inside.incidents()).find((candidate) => candidate.title === title)
  if (!incident) throw new Error('no incident was opened')
  if (status === 'acknowledged') await execute(commandOf('acknowledge', incident.id, 'erin'))
  if (status === 'resolved') await execute(commandOf('resolve', incident.id, 'erin'))
  return incident
}

async function stored(id: string): Promise<Incident | undefined> {
  return (await inside.store.incident(id))?.incident
}

/** Each from a console of its own. */
function commandOf(kind: Kind, incidentId: string, author: string) {
  const body: CommandBody =
    kind === 'note' ? { kind, incidentId, text: `${author} was here` } : { kind, incidentId }
  return { ...inside.command(body, author), clientId: uuidv7(), number: 1 }
}

function execute(command: ReturnType<typeof commandOf>): Promise<CommandResult> {
  return inside.commands.execute(command, { id: uuidv7(), name: command.author, role: 'responder' })
}

/** The tables below the headings that name a status. */
function readCells(text: string): Cell[] {
  const found: Cell[] = []
  let start: IncidentStatus | null = null
  let columns: string[] = []
  for (const line of text.split('\n')) {
    const heading = /^## The incident is (\w+)$/.exec(line)?.[1]
    if (line.startsWith('## ')) start = (heading as IncidentStatus | undefined) ?? null
    if (start === null || !line.startsWith('| ')) continue
    const [name = '', ...values] = line.slice(2, -2).split(' | ')
    if (name === 'first, then') columns = values
    else
      for (const [index, outcome] of values.entries())
        found.push(cellOf(start, name, columns[index], outcome))
  }
  return found
}

function cellOf(start: IncidentStatus, first: string, second: string | undefined, outcome: string): Cell {
  const known = (word: string | undefined) => {
    const kind = kinds.find((candidate) => candidate === word)
    if (!kind) throw new Error(`the table names a command that is none: ${word}`)
    return kind
  }
  return { start, first: known(first), second: known(second), outcome }
}
