/**
 * A console without a screen, as a process of its own: the real core on Node's ports, with an operator who acts on
 * what it shows. Configured by `WATCHFLOOR_HOST` (see `HostSettings`); says what happens as `HostLine`s.
 */
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import * as z from 'zod'
import { createConsole } from '../../../src-main/core/console.ts'
import type { ConsolePorts } from '../../../src-main/core/ports.ts'
import { systemClock } from '../../../src-main/core/system-clock.ts'
import { systemRandomness } from '../../../src-main/core/system-randomness.ts'
import type { CommandBody } from '../../../src-shared/domain/command.ts'
import { hostOrderSchema, type HostLine } from './host-lines.ts'
import { createSeededRandom } from './seeded-random.ts'

const hostSettingsSchema = z.object({
  dataDir: z.string(),
  url: z.string(),
  token: z.string(),
  /** Decides what the operator does; notes carry it, so that each text is there once in the world. */
  seed: z.int(),
  /** Between two actions of the operator, in ms; null: none are taken. */
  actEveryMs: z.int().nullable(),
})
export type HostSettings = z.infer<typeof hostSettingsSchema>

const settings = hostSettingsSchema.parse(JSON.parse(process.env['WATCHFLOOR_HOST'] ?? '{}'))
const random = createSeededRandom(settings.seed)
const never = (): (() => void) => () => undefined

/** Written at once, past every buffer of this process. */
function say(line: HostLine): void {
  writeSync(1, `${JSON.stringify(line)}\n`)
}

const ports: ConsolePorts = {
  clock: systemClock,
  randomness: systemRandomness,
  notifier: {
    show: ({ key }) => {
      say({ kind: 'shown', key })
      return Promise.resolve({ shown: true })
    },
    onClick: never,
  },
  secrets: {
    read: () => Promise.resolve(null),
    write: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  },
  power: { onEvent: never },
  network: { onReturn: never },
  proxies: { proxyFor: () => Promise.resolve(null) },
  localServer: null,
  log: (level, message) => say({ kind: 'log', level, message }),
}

const console = await createConsole(ports, {
  dataDir: settings.dataDir,
  shell: 'web',
  site: { url: settings.url, token: settings.token },
})
/** Unresolved incidents that it shows, with their site. */
const open = new Map<string, string>()
let isQuiet = settings.actEveryMs === null
let isBlind = false

console.on('changes', (changes) => {
  if (changes.resetRows) open.clear()
  for (const row of changes.rows) {
    if (row.status === 'resolved') open.delete(row.id)
    else open.set(row.id, row.siteId)
  }
  for (const { commandId, status } of changes.settled) say({ kind: 'settled', commandId, status })
})
console.on('freshness', (freshness) => {
  isBlind = freshness.some(({ state }) => state === 'blind')
  for (const { state, reason } of freshness) say({ kind: 'freshness', state, reason })
})
const board = await console.call('openBoard', {})
if (board.ok && board.value && 'rows' in board.value) {
  for (const row of board.value.rows) if (row.status !== 'resolved') open.set(row.id, row.siteId)
}
say({ kind: 'ready', pid: process.pid })

let actions = 0
async function act(): Promise<void> {
  const targets = [...open]
  const [incidentId, siteId] = targets[Math.floor(random() * targets.length)] ?? []
  if (incidentId === undefined || siteId === undefined || isQuiet) return
  const body = chooseBody(incidentId)
  say({ kind: 'trying', body })
  const answer = await console.call('act', { siteId, body })
  if (answer.ok && answer.value && 'commandId' in answer.value) {
    say({ kind: 'accepted', commandId: answer.value.commandId, body })
  } else if (!answer.ok) {
    say({ kind: 'refused', message: answer.message })
  }
}

function chooseBody(incidentId: string): CommandBody {
  const choice = random()
  if (choice < 0.25) return { kind: 'acknowledge', incidentId }
  if (choice < 0.4) return { kind: 'unacknowledge', incidentId }
  return { kind: 'note', incidentId, text: `note ${settings.seed}-${(actions += 1)}` }
}

const acting = setInterval(() => void act(), settings.actEveryMs ?? 3_600_000)
// An impatient operator: presses "try now" while the console is blind.
const hurrying = setInterval(() => {
  if (isBlind) void console.call('connectNow', {})
}, 250)

createInterface({ input: process.stdin }).on('line', (line) => {
  const order = hostOrderSchema.parse(line)
  isQuiet = true
  if (order !== 'close') return
  clearInterval(acting)
  clearInterval(hurrying)
  void console.close().then(() => process.exit(0))
})
