import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runDueTimers } from '../support/due-timers.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

const link = { service: 'network', title: 'Link is down', severity: 'error', dedupKey: 'ams2/uplink' }
const seconds = 1_000

let inside: ServerInside
beforeEach(() => {
  inside = openServerInside()
})
afterEach(() => inside.close())

/** Each `gap` after what was before: the alert is open for a second, then closed. Returns which summaries were due. */
async function flap(gaps: readonly number[], event = link): Promise<{ trigger: string }[]> {
  const asked: { trigger: string }[] = []
  for (const gap of gaps) {
    inside.clock.pass(gap - seconds)
    asked.push(...(await runDueTimers(inside)))
    await inside.send(event)
    inside.clock.pass(seconds)
    await inside.send({ ...event, action: 'resolve' })
  }
  return asked
}

async function changes(): Promise<string[]> {
  return (await inside.log()).flatMap((entry) => (entry.kind === 'incident' ? [entry.change.kind] : []))
}

describe('an alert that keeps coming and going', () => {
  it('holds its incident from resolving with each pause, until five minutes after its last reopening', async () => {
    await flap([10 * seconds, 10 * seconds, 10 * seconds])
    const began = inside.clock.at - seconds
    const { incident } = await inside.theIncident()
    expect(incident.flapping).toEqual({
      since: began,
      until: began + 300 * seconds,
      worst: incident.severity,
    })
    await flap([100 * seconds, 299 * seconds])
    expect(await changes()).not.toContain('resolved')
    const { incident: later } = await inside.theIncident()
    const last = inside.clock.at - seconds
    expect(later).toMatchObject({
      flapCount: 4,
      flapping: { since: began, until: last + 300 * seconds },
      settlesAt: last + 300 * seconds,
    })
    inside.clock.pass(299 * seconds)
    await runDueTimers(inside)
    expect((await inside.theIncident()).incident).toMatchObject({ status: 'resolved', flapping: null })
  })

  it('settles as any other when it stayed open until the flapping was over', async () => {
    await flap([10 * seconds, 10 * seconds, 10 * seconds])
    await inside.send(link)
    inside.clock.pass(301 * seconds)
    await inside.send({ ...link, action: 'resolve' })
    const { incident } = await inside.theIncident()
    expect(incident.settlesAt).toBe(inside.clock.at + 30 * seconds)
  })

  it('resolves and reopens where it comes back too rarely to flap', async () => {
    await flap([40 * seconds, 40 * seconds, 40 * seconds])
    expect((await changes()).filter((kind) => kind === 'resolved')).toHaveLength(2)
    expect((await inside.theIncident()).incident).toMatchObject({ flapCount: 2, flapping: null })
  })

  it('flaps anew, and says so, when it comes back after a person resolved it', async () => {
    await flap([10 * seconds, 10 * seconds, 10 * seconds])
    const { incident } = await inside.theIncident()
    await inside.act({ kind: 'resolve', incidentId: incident.id })
    expect((await inside.theIncident()).incident.flapping).toBeNull()
    await flap([10 * seconds])
    expect((await inside.theIncident()).incident.flapping?.since).toBe(inside.clock.at - seconds)
  })

  it('flaps on where a merge takes it: each return is damped there, and holds it', async () => {
    await flap([10 * seconds, 10 * seconds, 10 * seconds])
    const { incident } = await inside.theIncident()
    await inside.send({ service: 'edge', title: 'Slow', dedupKey: 'edge/slow', severity: 'warning' })
    const into = (await inside.incidents()).find(({ id }) => id !== incident.id)
    await inside.act({ kind: 'merge', incidentId: incident.id, intoId: into?.id ?? '' })
    await inside.send({ dedupKey: 'edge/slow', action: 'resolve' })
    await flap([40 * seconds, 40 * seconds, 40 * seconds])
    expect((await changes()).filter((kind) => kind === 'resolved')).toHaveLength(0)
    const target = await inside.store.incident(into?.id ?? '')
    const until = inside.clock.at - seconds + 300 * seconds
    const since = incident.flapping?.since
    expect(target?.incident).toMatchObject({ flapping: { since, until }, settlesAt: until })
  })

  it('is damped as before where both flap: that is known of the one into which the other goes', async () => {
    const second = { ...link, service: 'edge', title: 'Slow', dedupKey: 'edge/slow' }
    await flap([10 * seconds, 10 * seconds, 10 * seconds])
    const first = (await inside.theIncident()).incident
    await flap([10 * seconds, 10 * seconds, 10 * seconds], second)
    const into = (await inside.incidents()).find(({ id }) => id !== first.id)
    await inside.act({ kind: 'merge', incidentId: first.id, intoId: into?.id ?? '' })
    const target = (await inside.store.incident(into?.id ?? ''))?.incident
    expect(target?.flapping).toEqual(into?.flapping)
  })

  it('flaps on where a split takes it, and the others do not', async () => {
    const other = { ...link, dedupKey: 'ams2/uplink-b' }
    await inside.send(other)
    await flap([10 * seconds, 10 * seconds, 10 * seconds])
    const { incident, alerts } = await inside.theIncident()
    const flapper = alerts.find(({ dedupKey }) => dedupKey === link.dedupKey)
    const command = { incidentId: incident.id, alertIds: [flapper?.id ?? ''] }
    const { madeId } = await inside.act({ kind: 'split', ...command })
    await flap([40 * seconds, 40 * seconds])
    await inside.send({ ...other, action: 'resolve' })
    const fresh = (await inside.store.incident(madeId ?? ''))?.incident
    expect(fresh).toMatchObject({ status: 'triggered', flapping: { since: incident.flapping?.since } })
    expect(fresh?.settlesAt).toBe(fresh?.flapping?.until)
    const kept = (await inside.store.incident(incident.id))?.incident
    expect(kept).toMatchObject({ flapping: null, settlesAt: inside.clock.at + 30 * seconds })
  })

  it('wakes an incident that is snoozed with its first return there, if that is worse, and with no other', async () => {
    await flap([10 * seconds, 10 * seconds, 10 * seconds])
    const { incident } = await inside.theIncident()
    await inside.send({ ...link, title: 'Slow', dedupKey: 'ams2/slow', severity: 'warning' })
    const intoId = (await inside.incidents()).find(({ id }) => id !== incident.id)?.id ?? ''
    await inside.act({ kind: 'merge', incidentId: incident.id, intoId })
    const until = inside.clock.at + 3_600 * seconds
    for (const status of ['triggered', 'acknowledged']) {
      await inside.act({ kind: 'snooze', incidentId: intoId, until })
      await flap([40 * seconds])
      expect((await inside.store.incident(intoId))?.incident).toMatchObject({ status })
    }
  })

  it('does not put its summary off with each reopening', async () => {
    await flap([5 * seconds, 5 * seconds, 5 * seconds])
    const asked = await flap([5 * seconds, 5 * seconds, 5 * seconds, 5 * seconds, 5 * seconds])
    expect(asked).toMatchObject([{ trigger: 'settled' }])
  })
})

it('any triggers and resolves of one key within the reopen window are one incident, with a flap for each reopening', async () => {
  const step = fc.record({
    passMs: fc.constantFrom(0, 1_000, 15_000, 31_000, 61_000, 200_000, 300_000),
    action: fc.constantFrom('trigger', 'resolve'),
    restarts: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 30 }), async (steps) => {
      const folder = mkdtempSync(join(tmpdir(), 'watchfloor-flapping-'))
      let server = openServerInside(folder)
      let isOpen = false
      let closedAt: number | null = null
      let reopenings = 0
      try {
        for (const { passMs, action, restarts } of steps) {
          const clockAt = server.clock.at
          // Beyond the window a trigger rightly begins anew: time passes up to its end only.
          const most = isOpen || closedAt === null ? passMs : Math.max(0, closedAt + 300_000 - clockAt)
          if (restarts) {
            await server.store.close()
            server = openServerInside(folder)
            server.clock.at = clockAt
          }
          server.clock.pass(Math.min(passMs, most))
          await runDueTimers(server)
          await server.send({ ...link, action })
          if (action === 'trigger' && !isOpen && closedAt !== null) reopenings += 1
          if (action === 'resolve' && isOpen) closedAt = server.clock.at
          isOpen = action === 'trigger'
        }
        const incidents = await server.incidents()
        expect(incidents).toHaveLength(isOpen || closedAt !== null ? 1 : 0)
        for (const incident of incidents) expect(incident.flapCount).toBe(reopenings)
      } finally {
        await server.store.close()
        rmSync(folder, { recursive: true, force: true })
      }
    }),
    { numRuns: 25 },
  )
}, 60_000)
