import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { serviceSchema } from '../../src-shared/domain/service.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let folder: string
let server: TestServer | null = null
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watchfloor-services-'))
})
afterEach(async () => {
  await server?.close()
  server = null
  rmSync(folder, { recursive: true, force: true })
})

async function start(rules?: unknown): Promise<TestServer> {
  const file = join(folder, 'services.json')
  if (rules !== undefined) writeFileSync(file, JSON.stringify(rules))
  server = await startTestServer(rules === undefined ? {} : { serviceRules: file })
  return server
}

interface ServicePage {
  items: { id: string; name: string; team: string | null }[]
  next: string | null
}

async function list(from: TestServer, query = ''): Promise<ServicePage> {
  const { status, body } = await from.call(`/v1/services${query}`, { token: from.tokens.viewer })
  expect(status).toBe(200)
  return body as ServicePage
}

const names = async (from: TestServer, query = '') => (await list(from, query)).items.map(({ name }) => name)

const fired = (fingerprint: string, labels: Record<string, string>) => ({
  status: 'firing',
  labels,
  annotations: {},
  startsAt: '2026-11-27T10:00:00Z',
  fingerprint,
})

async function alert(to: TestServer, ...alerts: object[]): Promise<void> {
  const body = { version: '4', groupKey: '{}:{}', alerts }
  const { status } = await to.call('/v1/ingest/alertmanager', { token: to.tokens.source, body })
  expect(status).toBe(202)
}

it('lists the services that events named first, by name, in pages, and one by its id', async () => {
  const on = await start()
  await on.ingest(
    ...['search', 'Checkout', 'cart', 'mail'].map((service) => ({
      service,
      title: 'slow',
      dedupKey: service,
    })),
  )
  expect(await names(on)).toEqual(['Checkout', 'cart', 'mail', 'search'])
  const first = await list(on, '?limit=3')
  expect(first.items).toHaveLength(3)
  expect(await names(on, `?limit=3&after=${first.next}`)).toEqual(['search'])
  expect(await names(on, '?name=c*')).toEqual(['Checkout', 'cart'])
  expect(await names(on, '?name=c*&limit=1&after=Checkout')).toEqual(['cart'])
  expect(await names(on, '?name=chart')).toEqual([])
  const { id = '' } = first.items[0] ?? {}
  const one = await on.call(`/v1/services/${id}`)
  expect(serviceSchema.parse(one.body)).toMatchObject({ id, name: 'Checkout', team: null, edited: null })
  expect((await on.call('/v1/services/0192f7a0-0000-7000-8000-000000000001')).status).toBe(404)
  expect((await on.call('/v1/services/first')).status).toBe(400)
  expect((await on.call('/v1/services', { token: on.tokens.source })).status).toBe(403)
})

it('takes a service to be of the team that the labels of its first event name', async () => {
  const on = await start()
  const labels = [
    { team: ' data ' },
    { team: ' ' },
    { team: 'x'.repeat(201) },
    { owner: 'data' },
    { team: 'edge' },
  ]
  for (const [index, each] of labels.entries())
    await on.ingest({ service: `s${index % 4}`, title: 'slow', dedupKey: `${index}`, labels: each })
  const { items } = await list(on)
  expect(items.map(({ team }) => team)).toEqual(['data', null, 'x'.repeat(200), null])
})

it('gives alerts the service that the rules of a file say, and else what their labels say', async () => {
  const on = await start([
    { name: 'app', match: [{ field: 'label.ns', anyOf: ['shop'] }], service: 'shop/{label.app}' },
  ])
  await alert(
    on,
    fired('a', { alertname: 'Down', ns: 'shop', app: 'cart', job: 'node' }),
    fired('b', { alertname: 'Down', ns: 'shop', job: 'node' }),
    fired('c', { alertname: 'Full' }),
  )
  await on.ingest({ service: 'own', title: 'slow', labels: { ns: 'shop', app: 'cart' } })
  expect(await names(on)).toEqual(['Full', 'node', 'own', 'shop/cart'])
})

it('does not start with a rule that is wrong, and says where', async () => {
  await expect(start([{ name: 'app', service: '{app}' }])).rejects.toThrow(
    /--service-rules .*services\.json: 0\.service: \{app\} is no field.*\{label\.app\}/,
  )
})

it('describes the catalogue in its OpenAPI', async () => {
  const on = await start()
  const { body } = await on.call('/v1/openapi.json')
  expect(body).toMatchObject({ paths: { '/v1/services': {}, '/v1/services/{id}': {} } })
})
