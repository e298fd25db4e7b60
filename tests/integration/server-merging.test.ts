import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { disk, onIncident } from '../support/on-incident.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

const hour = 3_600_000
let inside: ServerInside
let id = ''

beforeEach(async () => {
  inside = openServerInside()
  await inside.send(disk)
  id = (await inside.theIncident()).incident.id
})
afterEach(() => inside.close())

const { act, incident, pass, changes } = onIncident(() => ({ inside, id }))

describe('a merge', () => {
  it('moves the alerts and what leads to them, and leaves both timelines', async () => {
    await inside.send({ service: 'edge', title: 'Many 5xx', dedupKey: 'edge/5xx', severity: 'critical' })
    const [into] = await inside.incidents()
    const result = await act({ kind: 'merge', intoId: into?.id ?? '' })
    expect(result).toMatchObject({
      status: 'done',
      incident: { id: into?.id, alertCount: 2, openAlertCount: 2, severity: 'critical', number: 2 },
    })
    expect(await incident()).toMatchObject({ status: 'resolved', alertCount: 0, mergedInto: { number: 2 } })
    expect((await changes()).at(-1)).toMatchObject({ kind: 'merged', text: '#2' })
    // Repeats, ends and newcomers of its groups go where its alerts are.
    await inside.send({ ...disk, dedupKey: 'db/disk2' })
    await inside.send({ ...disk, action: 'resolve' })
    const target = await inside.store.incident(into?.id ?? '')
    expect(target?.incident).toMatchObject({ alertCount: 3, openAlertCount: 2 })
    expect(target?.alerts.map(({ dedupKey }) => dedupKey)).toEqual(['db/disk', 'edge/5xx', 'db/disk2'])
  })

  it('takes the follow-up along, but where the other has one that is still to come', async () => {
    const at = (hours: number) => ({ at: inside.clock.now() + hours * hour, text: `in ${hours} h` })
    await act({ kind: 'followUp', followUp: at(2), seen: null })
    for (const name of ['edge', 'auth']) await inside.send({ service: name, title: name, dedupKey: name })
    const [last, middle] = await inside.incidents()
    await act({ kind: 'merge', intoId: middle?.id ?? '' })
    expect(await incident()).toMatchObject({ followUp: null })
    expect((await inside.incidents())[1]).toMatchObject({ followUp: { text: 'in 2 h' } })
    const own = { kind: 'followUp', incidentId: last?.id ?? '', followUp: at(1), seen: null } as const
    await inside.act(own)
    await inside.act({ kind: 'merge', incidentId: middle?.id ?? '', intoId: last?.id ?? '' })
    await pass(3 * hour)
    expect(await inside.incidents()).toMatchObject([
      { followUp: { text: 'in 1 h', isDue: true } },
      { followUp: { text: 'in 2 h', isDue: true } },
      { followUp: null },
    ])
  })

  it('settles when what was closed last has stayed so, on whichever side that was', async () => {
    await inside.send({ service: 'edge', title: 'Many 5xx', dedupKey: 'edge/5xx' })
    const [late] = await inside.incidents()
    await inside.send({ ...disk, action: 'resolve' })
    await pass(29_000)
    await inside.send({ dedupKey: 'edge/5xx', action: 'resolve' })
    await inside.act({ kind: 'merge', incidentId: late?.id ?? '', intoId: id })
    await pass(29_999)
    expect(await incident()).toMatchObject({ status: 'triggered' })
    await pass(1)
    expect(await incident()).toMatchObject({ status: 'resolved' })
  })

  it('takes notes along, over several merges, and refuses what leads nowhere', async () => {
    await inside.send({ service: 'edge', title: 'Many 5xx', dedupKey: 'edge/5xx' })
    await inside.send({ service: 'auth', title: 'Slow', dedupKey: 'auth/slow' })
    const [last, middle] = await inside.incidents()
    await act({ kind: 'merge', intoId: middle?.id ?? '' })
    await inside.act({ kind: 'merge', incidentId: middle?.id ?? '', intoId: last?.id ?? '' })
    const noted = await act({ kind: 'note', text: 'all one disk' })
    expect(noted).toMatchObject({ status: 'done', incident: { id: last?.id, noteCount: 1 } })
    await inside.send({ service: 'mail', title: 'Queue', dedupKey: 'mail/queue' })
    const [late] = await inside.incidents()
    const gone = await inside.act({ kind: 'merge', incidentId: late?.id ?? '', intoId: id })
    expect(gone).toMatchObject({ status: 'conflict', code: 'alreadyMerged', incident: { id: last?.id } })
    const itself = await inside.act({ kind: 'merge', incidentId: last?.id ?? '', intoId: last?.id ?? '' })
    expect(itself).toMatchObject({ status: 'rejected', code: 'sameIncident' })
    const nowhere = await inside.act({ kind: 'merge', incidentId: last?.id ?? '', intoId: inside.source.id })
    expect(nowhere).toMatchObject({ status: 'rejected', code: 'unknownIncident' })
  })
})

describe('a split', () => {
  it('makes an incident of the named alerts, each side with what is left of it', async () => {
    await inside.send({ ...disk, dedupKey: 'db/disk2', severity: 'critical' })
    const before = await inside.store.incident(id)
    const moved = before?.alerts[1]?.id ?? ''
    const result = await act({ kind: 'split', alertIds: [moved] })
    expect(result).toMatchObject({
      status: 'done',
      incident: { alertCount: 1, severity: 'error', priority: 'P3' },
    })
    const fresh = await inside.store.incident(result.madeId ?? '')
    expect(fresh?.incident).toMatchObject({
      number: 2,
      status: 'triggered',
      severity: 'critical',
      alertCount: 1,
      groupReason: 'split off #1 by mira',
    })
    expect(fresh?.alerts.map((alert) => alert.id)).toEqual([moved])
    await inside.send({ ...disk, dedupKey: 'db/disk2', action: 'resolve' })
    await pass(30_000)
    expect((await inside.store.incident(result.madeId ?? ''))?.incident.status).toBe('resolved')
    expect(await incident()).toMatchObject({ status: 'triggered' })
  })

  it('leaves what is still to come of its group with the incident that was there first', async () => {
    await inside.send({ ...disk, dedupKey: 'db/disk2' })
    const alerts = (await inside.store.incident(id))?.alerts ?? []
    const { madeId } = await act({ kind: 'split', alertIds: [alerts[1]?.id ?? ''] })
    await inside.send({ ...disk, dedupKey: 'db/disk3' })
    const counts = [await incident(), (await inside.store.incident(madeId ?? ''))?.incident]
    expect(counts).toMatchObject([{ alertCount: 2 }, { alertCount: 1 }])
  })

  it('leaves an incident that is no worse than what is left of it, open or not', async () => {
    await inside.send({ ...disk, dedupKey: 'db/disk2', severity: 'critical' })
    await inside.send({ ...disk, action: 'resolve' })
    const alerts = (await inside.store.incident(id))?.alerts ?? []
    await act({ kind: 'split', alertIds: [alerts[1]?.id ?? ''] })
    expect(await incident()).toMatchObject({ openAlertCount: 0, severity: 'error', priority: 'P3' })
    await pass(30_000)
    expect(await incident()).toMatchObject({ status: 'resolved', severity: 'error' })
  })

  it('leaves what a person reopened without an open alert until somebody resolves it', async () => {
    await inside.send({ ...disk, dedupKey: 'db/disk2' })
    for (const dedupKey of ['db/disk', 'db/disk2'])
      await inside.send({ ...disk, dedupKey, action: 'resolve' })
    await pass(30_000)
    await act({ kind: 'reopen' })
    const alerts = (await inside.store.incident(id))?.alerts ?? []
    await act({ kind: 'split', alertIds: [alerts[1]?.id ?? ''] })
    await pass(hour)
    expect(await incident()).toMatchObject({ status: 'triggered', openAlertCount: 0 })
  })

  it('leaves at least one alert behind', async () => {
    const { alerts } = await inside.theIncident()
    const all = await act({ kind: 'split', alertIds: alerts.map((alert) => alert.id) })
    expect(all).toMatchObject({ status: 'conflict', code: 'nothingLeft' })
  })
})
