/**
 * One incident with very many alerts: how long a person's actions on it take, how long other senders' answers wait
 * meanwhile, and what reading it over HTTP costs.
 */
import { Agent } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { v7 as uuidv7 } from 'uuid'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { startServerProcess } from '../support/server-process.ts'
import { percentile, printFigure } from './figure.ts'

const alerts = Number(process.env['WATCHFLOOR_BENCH_ALERTS'] ?? 20_000)
const inArray = 400
const rounds = 3
/** Each alert is written twice, as an entry of the log and as a state. */
const actionGoal = 'under 1000'

const server = await startServerProcess({ env: { WATCHFLOOR_LOG_LEVEL: 'warn' } })
const agent = new Agent({ keepAlive: true, maxSockets: 8 })
const tokens = {
  source: server.createToken('alertmanager', 'source'),
  other: server.createToken('other', 'source'),
  responder: server.createToken('mira', 'responder'),
}
const clientId = uuidv7()
let number = 0

/** A group of Alertmanager's, whose alerts are one incident. */
function group(name: string, from: number, count: number): string {
  return JSON.stringify({
    version: '4',
    groupKey: name,
    groupLabels: { cluster: name },
    alerts: Array.from({ length: count }, (_, index) => ({
      status: 'firing',
      labels: {
        alertname: 'NodeDown',
        instance: `node-${from + index}`,
        cluster: name,
        severity: 'critical',
        job: 'node',
      },
      annotations: {
        summary: `Node ${from + index} of ${name} is down`,
        description: 'It has not been seen for 5 minutes.',
      },
      startsAt: new Date(Date.now() - 60_000).toISOString(),
      fingerprint: `${name}-${from + index}`,
    })),
  })
}

async function fill(name: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += inArray) {
    const { status, body } = await postJson(
      agent,
      `${server.url}/v1/ingest/alertmanager`,
      tokens.source,
      group(name, from, Math.min(inArray, count - from)),
    )
    if (status !== 202) throw new Error(`answered ${status}: ${body}`)
  }
}

async function read<T>(path: string): Promise<T> {
  const answer = await fetch(server.url + path, { headers: { authorization: `Bearer ${tokens.responder}` } })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
  return (await answer.json()) as T
}

async function command(body: object): Promise<void> {
  const sent = { id: uuidv7(), clientId, number: (number += 1), author: 'mira', issuedAt: Date.now(), body }
  const { status, body: text } = await postJson(
    agent,
    `${server.url}/v1/commands`,
    tokens.responder,
    JSON.stringify({ command: sent }),
  )
  const { result } = JSON.parse(text) as { result: { status: string } }
  if (status !== 200 || result.status !== 'done') throw new Error(`answered ${status}: ${text.slice(0, 500)}`)
}

/** Single events of another sender, one after the other: what each of its answers took while `act` was under way. */
async function whileOthersSend(act: () => Promise<unknown>): Promise<{ took: number; longest: number }> {
  let isOver = false
  const waits: number[] = []
  const others = (async () => {
    for (let index = 0; !isOver; index += 1) {
      const startedAt = performance.now()
      await postJson(
        agent,
        `${server.url}/v1/ingest/events`,
        tokens.other,
        JSON.stringify(sampleEvent(index)),
      )
      waits.push(performance.now() - startedAt)
    }
  })()
  await pause(300)
  const startedAt = performance.now()
  await act()
  const took = performance.now() - startedAt
  await pause(300)
  isOver = true
  await others
  return { took, longest: percentile(waits, 1) }
}

async function measure(name: string, acts: (() => Promise<unknown>)[], goal: string): Promise<void> {
  const runs = []
  for (const act of acts) runs.push(await whileOthersSend(act))
  const median = (values: number[]) => percentile(values, 0.5)
  printFigure({ name: `${name}, answered`, value: median(runs.map((run) => run.took)), unit: 'ms', goal })
  printFigure({
    name: `${name}, others waited`,
    value: median(runs.map((run) => run.longest)),
    unit: 'ms',
    goal: 'for the record',
  })
}

try {
  await fill('hall-1', alerts)
  interface Listed {
    items: { id: string; alertCount: number; mergedInto: object | null }[]
  }
  const { items } = await read<Listed>('/v1/incidents')
  const large = items.find((incident) => incident.alertCount === alerts)
  if (!large) throw new Error('the alerts did not become one incident')
  const incidentId = large.id
  const times = Array.from({ length: rounds })
  await measure(
    'read the incident',
    times.map(() => () => read(`/v1/incidents/${incidentId}`)),
    'under 50',
  )
  for (const kind of ['resolve', 'reopen', 'resolve', 'reopen']) {
    await measure(kind, [() => command({ kind, incidentId })], actionGoal)
    await pause(1_000)
  }
  await fill('hall-2', 1)
  const into = (await read<Listed>('/v1/incidents')).items.find(
    ({ alertCount, mergedInto }) => alertCount === 1 && !mergedInto,
  )
  await measure('merge', [() => command({ kind: 'merge', incidentId, intoId: into?.id })], actionGoal)
} finally {
  agent.destroy()
  await server.dispose()
}
