import { readFileSync } from 'node:fs'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Command, CommandBody, CommandResult, IncidentCommand } from '../../src-shared/domain/command.ts'
import type { Incident, IncidentStatus } from '../../src-shared/domain/incident.ts'
import type { MaintenancePlan } from '../../src-shared/domain/maintenance.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

type Kind = IncidentCommand['kind']

interface Cell {
  start: IncidentStatus
  first: Kind
  second: Kind
  /** As the table says it: `done, triggered`. */
  outcome: string
}

const kinds = [
  'acknowledge',
  'unacknowledge',
  'snooze',
  'resolve',
  'reopen',
  'note',
  'summarise',
  'assign',
  'prioritise',
  'followUp',
  'addTicket',
  'removeTicket',
  'setCause',
  'merge',
  'split',
] as const satisfies readonly Kind[]
const conflicts = readFileSync(new URL('../../docs/conflicts.md', import.meta.url), 'utf8')
const cells = readCells(conflicts)
const hour = 3_600_000

/** An incident of three alerts with a ticket, and another to merge it into: what both operators see at the start. */
interface Scene {
  incident: Incident
  alertIds: string[]
  intoId: string
}

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
    const scene = await sceneThatIs(start)
    const mira = commandOf(first, scene, 'mira')
    // Waited in an outbox since before anybody else acted.
    const jonas = { ...commandOf(second, scene, 'jonas'), issuedAt: inside.clock.now() - hour }
    inside.clock.pass(1_000)
    await execute(mira)
    inside.clock.pass(1_000)
    const result = await execute(jonas)
    expect(describeOutcome(result, scene)).toBe(outcome)
    expect(await stored(result.incident?.id ?? '')).toEqual(result.incident)
    if (result.status === 'conflict') {
      expect(result.seq).toBeNull()
      expect(result.message).toMatch(
        /mira|erin|nobody|not resolved|resolved|by now|merged into|no longer|meanwhile/,
      )
    }
    const head = inside.store.head()
    expect(await execute(jonas)).toEqual(result)
    expect(inside.store.head()).toBe(head)
  })

  it('ends as one of the two orders when both arrive at once', async () => {
    const scene = await sceneThatIs(start)
    const both = [commandOf(first, scene, 'mira'), commandOf(second, scene, 'jonas')] as const
    const [a, b] = await Promise.all([execute(both[0]), execute(both[1])])
    const reverse = cells.find(
      (cell) => cell.start === start && cell.first === second && cell.second === first,
    )
    const possible = [
      [alone(start, first), outcome],
      [reverse?.outcome, alone(start, second)],
    ]
    expect(possible).toContainEqual([describeOutcome(a, scene), describeOutcome(b, scene)])
  })
})

describe('beside incidents', () => {
  /** Of the table's rows, each by its first words; the second operator acts with what was seen before the first one did. */
  const tried: Record<string, () => Promise<CommandResult[]>> = {
    'two change one maintenance window': async () => {
      const windowId = await planned()
      await inside.act(change(windowId), 'mira')
      return [await inside.act(change(windowId), 'jonas')]
    },
    'one ends it, the other changes or ends it': async () => {
      const windowId = await planned()
      const end = { kind: 'endMaintenance', windowId } as const
      await inside.act(end, 'mira')
      return [await inside.act(change(windowId), 'jonas'), await inside.act(end, 'jonas')]
    },
    'two edit one service': async () => {
      const { incident } = await sceneThatIs('triggered')
      const serviceId = incident.serviceIds[0] ?? ''
      const service = (await inside.store.write((turn) => turn.service(serviceId))) ?? { revision: 0 }
      const edit = { serviceId, seen: service.revision, runbookUrl: null, labels: {} } as const
      await inside.act({ kind: 'editService', ...edit, team: 'Storage' }, 'mira')
      return [await inside.act({ kind: 'editService', ...edit, team: 'Edge' }, 'jonas')]
    },
    'two write into the shift log': async () => [
      await inside.act({ kind: 'writeShift', text: 'Hall 2 is quiet.' }, 'mira'),
      await inside.act({ kind: 'writeShift', text: 'Hall 2 is quiet.' }, 'jonas'),
    ],
  }
  const rows = readBeside(conflicts)

  it('has a try for each row of the page', () => {
    expect(rows.map(({ first }) => first)).toEqual(Object.keys(tried))
  })

  it.each(rows)('$first', async ({ first, outcome }) => {
    const results = (await tried[first]?.()) ?? []
    expect(results.length).toBeGreaterThan(0)
    for (const { status, code } of results)
      expect(outcome).toContain(code === null ? status : `${status} \`${code}\``)
    if (outcome.includes('who ended it')) for (const { message } of results) expect(message).toContain('mira')
  })
})

const plan: MaintenancePlan = {
  title: 'Firmware',
  match: [{ field: 'service', anyOf: ['storage'], negated: false }],
  schedule: { kind: 'once', startsAt: 0, endsAt: Date.UTC(2100, 0, 1) },
}

async function planned(): Promise<string> {
  const { madeId } = await inside.act({ kind: 'planMaintenance', windowId: null, seen: null, plan }, 'erin')
  return madeId ?? ''
}

function change(windowId: string): CommandBody {
  return { kind: 'planMaintenance', windowId, seen: 1, plan }
}

/** What becomes of a command when nobody else acts: what a note before it, which changes no status, leaves it. */
function alone(start: IncidentStatus, kind: Kind): string | undefined {
  return cells.find((cell) => cell.start === start && cell.first === 'note' && cell.second === kind)?.outcome
}

/** `into`: the answer shows the incident that has the alerts now. */
function describeOutcome({ status, code, incident }: CommandResult, scene: Scene): string {
  const shown = incident?.id === scene.intoId ? `into ${incident.status}` : incident?.status
  return `${[status, code].filter((word) => word !== null).join(' ')}, ${shown}`
}

async function sceneThatIs(status: IncidentStatus): Promise<Scene> {
  const title = `trouble ${uuidv7()}`
  const other = `other ${title}`
  const keys = ['a', 'b', 'c'].map((letter) => `${title} ${letter}`)
  const events = keys.map((dedupKey) => ({ service: 'edge', title, dedupKey }))
  await inside.send([...events, { service: 'edge', title: other, dedupKey: other }])
  const [opened, intoId] = [await incidentOf(keys[0] ?? ''), await incidentOf(other)]
  const found = await inside.store.incident(opened)
  if (!found) throw new Error('no incident was opened')
  const scene = { incident: found.incident, alertIds: found.alerts.map(({ id }) => id), intoId }
  const ticket = { key: 'OPS-1', url: null }
  await execute(newCommand({ kind: 'addTicket', incidentId: opened, ticket }, 'erin'))
  if (status === 'acknowledged') await execute(commandOf('acknowledge', scene, 'erin'))
  if (status === 'resolved') await execute(commandOf('resolve', scene, 'erin'))
  return { ...scene, incident: (await stored(opened)) ?? scene.incident }
}

async function incidentOf(dedupKey: string): Promise<string> {
  const { items } = await inside.store.events({ incidentId: null, after: null, limit: 1_000 })
  return items.find(({ event }) => event.dedupKey === dedupKey)?.event.incidentId ?? ''
}

async function stored(id: string): Promise<Incident | undefined> {
  return (await inside.store.incident(id))?.incident
}

/** Each names what its author saw at the start. */
function commandOf(kind: Kind, scene: Scene, author: string): Command {
  return newCommand(bodyOf(kind, scene, author), author)
}

function bodyOf(kind: Kind, { incident, alertIds, intoId }: Scene, author: string): IncidentCommand {
  const incidentId = incident.id
  switch (kind) {
    case 'snooze':
      return { kind, incidentId, until: inside.clock.now() + hour }
    case 'note':
      return { kind, incidentId, text: `${author} was here` }
    case 'assign':
      return { kind, incidentId, assignee: author, seen: incident.assignee }
    case 'prioritise':
      return { kind, incidentId, priority: 'P1', seen: incident.priority }
    case 'followUp': {
      const followUp = { at: inside.clock.now() + hour, text: 'vendor calls' }
      return { kind, incidentId, followUp, seen: incident.followUp?.at ?? null }
    }
    case 'addTicket':
      return { kind, incidentId, ticket: { key: 'OPS-2', url: 'https://tickets.example/OPS-2' } }
    case 'removeTicket':
      return { kind, incidentId, key: 'OPS-1' }
    case 'setCause':
      return { kind, incidentId, cause: `a disk, says ${author}`, seen: incident.cause }
    case 'merge':
      return { kind, incidentId, intoId }
    case 'split':
      return { kind, incidentId, alertIds: alertIds.slice(0, 1) }
    default:
      return { kind, incidentId }
  }
}

/** Each from a console of its own. */
function newCommand(body: IncidentCommand, author: string): Command {
  return { ...inside.command(body, author), clientId: uuidv7(), number: 1 }
}

function execute(command: Command): Promise<CommandResult> {
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
    const [name = '', ...values] = line
      .slice(2, -2)
      .split(' | ')
      .map((word) => word.trim())
    if (name.startsWith('first, then')) columns = values
    else
      for (const [index, outcome] of values.entries())
        found.push(cellOf(start, name, columns[index], outcome))
  }
  return found
}

/** The rows of the last table, which is about what is no incident. */
function readBeside(text: string): { first: string; outcome: string }[] {
  const [, table = ''] = text.split('\n## Beside incidents\n')
  return table.split('\n').flatMap((line) => {
    const [, first, outcome] = /^\| (.+) \| (.+) \|$/.exec(line) ?? []
    return first === undefined || outcome === undefined || first === 'first, then' ? [] : [{ first, outcome }]
  })
}

function cellOf(start: IncidentStatus, first: string, second: string | undefined, outcome: string): Cell {
  const known = (word: string | undefined) => {
    const kind = kinds.find((candidate) => candidate === word)
    if (!kind) throw new Error(`the table names a command that is none: ${word}`)
    return kind
  }
  return { start, first: known(first), second: known(second), outcome }
}
