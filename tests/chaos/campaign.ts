/**
 * `npm run chaos -- --kills N --seed S [--json]`: kill -9 of server and console at random instants under load,
 * in parts on fresh folders, so that a long run is verified as it goes. With `--json` one line for each part
 * (several) and one for the whole on standard output. The lines of parts go to
 * standard error then. Ends with 1 when any promise was broken.
 */
import { parseArgs } from 'node:util'
import { runCampaignPart, type PartResult } from '../support/campaign/campaign-part.ts'

/** A part's verification grows with what it did; with so many kills it stays within seconds. */
const killsInPart = 50

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const kills = Number(values.kills)
const seed = Number(values.seed)
if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run chaos -- --kills <number from 1> --seed <number> [--json]')
  process.exit(2)
}

const whole = {
  kills: 0,
  accepted: 0,
  lost: 0,
  doubled: 0,
  integrityFailures: 0,
  commandsDoneTwice: 0,
  commandsLost: 0,
  differentIncidents: 0,
  notificationsNotShown: 0,
  unsettled: 0,
  commands: 0,
  notifications: 0,
  resent: 0,
  seconds: 0,
}
const promises = [
  'lost',
  'doubled',
  'integrityFailures',
  'commandsDoneTwice',
  'commandsLost',
  'differentIncidents',
  'notificationsNotShown',
  'unsettled',
] as const satisfies (keyof PartResult)[]

for (let part = 0; whole.kills < kills; part += 1) {
  const result = await runCampaignPart({
    kills: Math.min(killsInPart, kills - whole.kills),
    seed: seed + part,
  })
  const isOnly = kills <= killsInPart
  if (!values.json || !isOnly) tell(`part ${part + 1}`, result)
  add(result)
}
const seconds = Math.round(whole.seconds * 10) / 10
console.log(
  values.json ? JSON.stringify({ ...whole, seed, seconds }) : sentence('all', { ...whole, seconds }),
)
if (promises.some((name) => whole[name] > 0)) process.exitCode = 1

function add({ kills: { server, console: ofConsole }, ...result }: PartResult): void {
  whole.kills += server + ofConsole
  for (const name of [...promises, 'accepted', 'commands', 'notifications', 'resent', 'seconds'] as const) {
    whole[name] += result[name]
  }
}

function tell(name: string, { kills: { server, console: ofConsole }, ...result }: PartResult): void {
  const total = server + ofConsole
  if (values.json) console.error(JSON.stringify({ part: name, kills: total, server, ...result }))
  else console.log(sentence(name, { ...result, kills: total }))
}

function sentence(name: string, figures: typeof whole): string {
  const broken = promises.map((promise) => `${promise} ${figures[promise]}`).join(', ')
  return (
    `${name}: ${figures.kills} kills in ${figures.seconds} s, ${figures.accepted} events and ` +
    `${figures.commands} commands accepted, ${figures.notifications} notifications; ${broken}`
  )
}
