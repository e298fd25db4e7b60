import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Schedule } from '../../src-shared/domain/maintenance.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import { runDueTimers } from '../support/due-timers.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'
import { connectStream, helloFrame } from '../support/stream-client.ts'
import { startTestConsole, until } from '../support/test-console.ts'
import { startTestServer } from '../support/test-server.ts'

const dayMs = 86_400_000
let inside: ServerInside
beforeEach(() => {
  inside = openServerInside()
})
afterEach(() => inside.close())

const trouble = (name: string) => ({ service: name, title: `${name} is down`, dedupKey: name })

/** Forgets the log as far as it may, then what is over and has not changed for `days`, in steps of `most`. */
async function forget(days: number, most = 100): Promise<void> {
  const rule = { committedBefore: inside.clock.at - dayMs, newest: null, bytes: null }
  for (let more = true; more;) more = (await inside.store.forgetLog(rule, most)).hasMore
  const before = inside.clock.at - days * dayMs
  for (let more = true; more;) more = (await inside.store.forgetStates(before, most)).hasMore
}

function rows<T>(sql: string): T[] {
  return inside.store.database.prepare<[], T>(sql).pluck().all()
}

async function resolved(name: string): Promise<string> {
  await inside.send(trouble(name))
  const [incident] = await inside.incidents()
  if (!incident) throw new Error('it opened no incident')
  await inside.act({ kind: 'resolve', incidentId: incident.id })
  return incident.id
}

const removals = (log: readonly LogEntry[]) =>
  log.flatMap((entry) => (entry.kind === 'removed' ? [`${entry.of} ${entry.id}`] : []))

describe('what is over', () => {
  it('is forgotten with all that belongs to it when it is old, each by an entry of the log', async () => {
    const id = await resolved('gateway')
    const [alert] = rows<string>('select id from alert')
    inside.clock.pass(10 * dayMs)
    await inside.send(trouble('mail'))
    await forget(9)

    expect((await inside.incidents()).map(({ title }) => title)).toEqual(['mail is down'])
    expect(await inside.store.incident(id)).toBeNull()
    expect(rows('select incident_id from incident_group')).not.toContain(id)
    expect(rows('select key from thing')).not.toContain(`alert:${alert}`)
    expect(rows('select id from alert')).not.toContain(alert)
    expect(removals(await inside.log())).toEqual([`alert ${alert}`, `incident ${id}`])
    expect((await inside.send(trouble('search'))).body.accepted).toBe(1)
    expect((await inside.incidents())[0]?.number).toBe(3)
  })

  it('stays while it is young, or open, or the newest of all', async () => {
    await inside.send(trouble('open'))
    await inside.act({ kind: 'note', incidentId: (await inside.theIncident()).incident.id, text: 'still' })
    inside.clock.pass(5 * dayMs)
    await resolved('young')
    inside.clock.pass(5 * dayMs)
    await forget(6)
    expect((await inside.incidents()).map(({ title }) => title)).toEqual(['young is down', 'open is down'])
    inside.clock.pass(5 * dayMs)
    // The log goes on, and yet the newest incident's number has to be known.
    await inside.send({ action: 'resolve', dedupKey: 'nothing' })
    await forget(6)
    expect((await inside.incidents()).map(({ title }) => title)).toEqual(['young is down', 'open is down'])
    await inside.send(trouble('newer'))
    await forget(6)
    expect((await inside.incidents()).map(({ title }) => title)).toEqual(['newer is down', 'open is down'])
  })

  it('stays with its story until its time to look again has come', async () => {
    await inside.send(trouble('gateway'))
    const { id } = (await inside.theIncident()).incident
    const followUp = { at: inside.clock.at + 60 * dayMs, text: 'the certificate ends' }
    await inside.act({ kind: 'followUp', incidentId: id, followUp, seen: null })
    await inside.act({ kind: 'resolve', incidentId: id })
    for (const name of ['mail', 'search']) {
      inside.clock.pass(30 * dayMs)
      await inside.send(trouble(name))
      await forget(9)
      expect((await inside.store.incident(id))?.alerts).toHaveLength(1)
      expect(rows(`select kind from log where incident_id = '${id}' and kind = 'incident'`)).toHaveLength(3)
    }
    await runDueTimers(inside)
    expect((await inside.store.incident(id))?.incident.followUp).toMatchObject({ isDue: true })
    inside.clock.pass(10 * dayMs)
    await inside.send(trouble('edge'))
    await forget(9)
    expect(await inside.store.incident(id)).toBeNull()
  })

  it('goes in small steps, over several when it is large, and leaves no rows behind', async () => {
    await inside.send(Array.from({ length: 60 }, (_, n) => ({ ...trouble('gateway'), dedupKey: `k-${n}` })))
    const { incident } = await inside.theIncident()
    await inside.act({ kind: 'resolve', incidentId: incident.id })
    inside.clock.pass(10 * dayMs)
    await inside.send(trouble('mail'))
    const before = inside.store.head()
    await forget(9, 8)
    expect(removals(await inside.log())).toHaveLength(61)
    expect(rows('select at from log where seq > ' + String(before))).toHaveLength(61)
    inside.clock.pass(10 * dayMs)
    await inside.send(trouble('mail'))
    await forget(9)
    // Removals are forgotten as every entry is.
    expect(rows("select seq from log where kind = 'removed'")).toEqual([])
  })

  it('goes with the maintenance windows that have ended, and not with those that go on', async () => {
    const plan = (title: string, schedule: Schedule) =>
      inside.act({
        kind: 'planMaintenance',
        windowId: null,
        seen: null,
        plan: { title, match: [{ field: 'service', anyOf: [title], negated: false }], schedule },
      })
    const { at } = inside.clock
    const weekly = (until: number | null): Schedule => {
      const time = { timeZone: 'UTC', weekdays: [1], startMinute: 0, durationMinutes: 60 }
      return { kind: 'weekly', ...time, from: at, until }
    }
    await plan('past', { kind: 'once', startsAt: at, endsAt: at + 1_000 })
    await plan('far', { kind: 'once', startsAt: at, endsAt: at + 90 * dayMs })
    await plan('for ever', weekly(null))
    await plan('some weeks', weekly(at + 10 * dayMs))
    const left = () =>
      rows<string>("select json_extract(json, '$.window.title') from thing where kind = 'maintenance'")
    expect(left()).toHaveLength(4)
    inside.clock.pass(20 * dayMs)
    await inside.send(trouble('mail'))
    await forget(9)
    expect(left()).toEqual(['far', 'for ever', 'some weeks'])
    await inside.send(trouble('past'))
    expect(await inside.incidents()).toHaveLength(2)
    inside.clock.pass(10 * dayMs)
    await forget(9)
    expect(left()).toEqual(['far', 'for ever'])
  })

  it('is audited for as long as was asked', async () => {
    await resolved('gateway')
    const actions = () => rows<string>('select action from audit')
    expect(actions()).toContain('resolve')
    inside.clock.pass(10 * dayMs)
    inside.tokens.create('late', 'viewer')
    await inside.store.forgetAudit(inside.clock.at - 11 * dayMs, 100)
    expect(actions()).toContain('resolve')
    await inside.store.forgetAudit(inside.clock.at - 9 * dayMs, 100)
    expect(actions()).not.toContain('resolve')
    expect(actions()).toHaveLength(1)
  })
})

describe('those who follow', () => {
  it('forget with the server, on every channel that carries it, a console its timeline too', async () => {
    // A thousandth of a day and less: what is over is forgotten within seconds.
    const server = await startTestServer({ heartbeatMs: 100, logKeepDays: 0.00002, settleMs: 60_000 })
    const target = await startTestConsole({ site: { url: server.url, token: server.tokens.responder } })
    const stream = await connectStream(server.streamUrl, server.tokens.viewer)
    try {
      await server.ingest(trouble('gateway'), trouble('mail'))
      await until('both are shown', () => target.rows.size === 2)
      const row = [...target.rows.values()].find(({ title }) => title === 'gateway is down')
      if (!row) throw new Error('it is not shown')
      const { siteId, id: incidentId } = row
      const opened = await target.call('openIncident', { siteId, incidentId })
      const service = opened?.services[0]?.id ?? ''
      stream.send(helloFrame({ channels: [`service:${service}`] }))
      await stream.next('snapshot')
      await target.call('act', { siteId, body: { kind: 'resolve', incidentId } })
      const goesOn = async () => {
        await server.ingest({ action: 'resolve', dedupKey: 'nothing' })
        return !target.rows.has(row.id)
      }
      await until('it is gone from the console', goesOn, 20_000)
      expect(await target.call('openIncident', { siteId, incidentId })).toBeNull()
      const { entries } = await stream.next('batch', (frame) =>
        frame.entries.some((entry) => entry.kind === 'removed' && entry.of === 'incident'),
      )
      expect(entries.length).toBeGreaterThan(0)
      expect(target.rows.size).toBe(1)
    } finally {
      stream.socket.terminate()
      await target.dispose()
      await server.close()
    }
  }, 40_000)
})
