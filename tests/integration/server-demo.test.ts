import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DemoStatus } from '../../src-shared/protocol/demo.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import { hallStormEvents } from '../../src-server/demo/story/hall-storm.ts'
import { readState } from '../support/read-state.ts'
import { until } from '../support/test-console.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ demo: true, demoSpeed: 60 })
})
afterAll(() => server.close())

const incidents = async (): Promise<Incident[]> => {
  const state = await readState(server, ['incidents'])
  return state.flatMap((entry) => (entry.kind === 'incident' ? [entry.incident] : []))
}
const status = async (): Promise<DemoStatus> => (await server.call('/v1/demo')).body as DemoStatus

describe('a server that is a demo', () => {
  it('has something to look at from the beginning', async () => {
    await until('some incidents of the calm estate', async () => (await incidents()).length >= 3)
  })

  it('tells its story through its own ingest and its own commands', async () => {
    const isCanary = ({ title }: Incident): boolean => title.startsWith('Canary of authorise-api 2026.48.1')
    await until('the bad release', async () => (await incidents()).some(isCanary), 20_000)
    const state = await readState(server, ['incidents', 'sources'])
    const windows = state.flatMap((entry) => (entry.kind === 'maintenance' ? [entry.window] : []))
    expect(windows).toMatchObject([
      { title: 'Index of settlement-db is rebuilt', plannedBy: { kind: 'operator', name: 'demo-operator' } },
    ])
    const { speed, story } = await status()
    expect({ speed, release: story.release }).toEqual({ speed: 60, release: '2026.48.1' })
    expect(story.atMs).toBeGreaterThanOrEqual(60_000)
  })

  it('puts the pods of both services into the incident of the release, by a rule of its own', async () => {
    await until(
      'the storm in one incident',
      async () => (await incidents()).some(({ alertCount }) => alertCount >= 239),
      20_000,
    )
  })

  it('begins one storm at a time when it is asked to, and makes one incident of it', async () => {
    const begun = await server.call('/v1/demo/storm', { method: 'POST' })
    expect(begun).toMatchObject({ status: 202, body: { events: hallStormEvents, forMs: 60_000 } })
    const again = await server.call('/v1/demo/storm', { method: 'POST' })
    expect(again).toMatchObject({ status: 429, body: { error: { code: 'busy' } } })
    expect(again.headers.get('retry-after')).toBe('10')
    expect((await status()).isStorming).toBe(true)
    await until(
      'all hosts in one incident',
      async () =>
        (await incidents()).some(
          (incident) => incident.title === 'Power is lost in hall A' && incident.alertCount === 501,
        ),
      20_000,
    )
  })

  it('lets nobody begin one who may only look', async () => {
    const refused = await server.call('/v1/demo/storm', { method: 'POST', token: server.tokens.viewer })
    expect(refused).toMatchObject({ status: 403 })
  })
})

it('a server that is no demo has no routes for one', async () => {
  const other = await startTestServer()
  expect(await other.call('/v1/demo')).toMatchObject({ status: 404 })
  expect(await other.call('/v1/demo/storm', { method: 'POST' })).toMatchObject({ status: 404 })
  await other.close()
})
