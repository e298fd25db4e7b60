import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CommandResult } from '../../src-shared/domain/command.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import { connectStream, helloFrame, type StreamClient } from '../support/stream-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
const clients: StreamClient[] = []
const clientId = randomUUID()
let number = 0
beforeEach(async () => {
  server = await startTestServer()
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate()
  await server.close()
})

async function act(body: object): Promise<CommandResult> {
  const id = randomUUID()
  number += 1
  const command = { id, clientId, number, author: 'mira', issuedAt: Date.now(), body }
  const answer = await server.call('/v1/commands', { body: { command } })
  return (answer.body as { result: CommandResult }).result
}

async function incidentOf(service: string): Promise<Incident> {
  await server.ingest({ service, title: `trouble of ${service}`, dedupKey: service })
  const { items } = (await server.call('/v1/incidents?limit=1')).body as { items: Incident[] }
  const [newest] = items
  if (!newest) throw new Error('no incident was opened')
  return newest
}

async function alertsOf(id: string): Promise<{ id: string; serviceId: string }[]> {
  return ((await server.call(`/v1/incidents/${id}`)).body as { alerts: { id: string; serviceId: string }[] })
    .alerts
}

async function follow(serviceId: string, cursor: object | null = null): Promise<StreamClient> {
  const client = await connectStream(server.streamUrl, server.tokens.viewer)
  clients.push(client)
  client.send(helloFrame({ channels: [`service:${serviceId}`], cursor }))
  if (cursor === null) await client.next('snapshot', ({ last }) => last)
  return client
}

/** The newest state of each incident that the reader was sent. */
function known(client: StreamClient): Map<string, Incident> {
  const entries = client.frames.flatMap((frame) => ('entries' in frame ? frame.entries : []))
  return new Map(
    entries.flatMap((entry) => (entry.kind === 'incident' ? [[entry.incident.id, entry.incident]] : [])),
  )
}

it('a reader of a service is told when an incident has the service no longer', async () => {
  const [paying, shipping] = [await incidentOf('paying'), await incidentOf('shipping')]
  const [serviceId = ''] = paying.serviceIds
  const client = await follow(serviceId)
  expect(await act({ kind: 'merge', incidentId: paying.id, intoId: shipping.id })).toMatchObject({
    status: 'done',
  })
  await client.next('batch', () => known(client).get(shipping.id)?.serviceIds.includes(serviceId) === true)
  const { epoch } = await client.next('welcome')
  const cursor = { epoch, seq: client.frames.findLast((frame) => frame.type === 'batch')?.to ?? 0 }
  const moved = (await alertsOf(shipping.id)).find((alert) => alert.serviceId === serviceId)
  const result = await act({ kind: 'split', incidentId: shipping.id, alertIds: [moved?.id] })
  expect(result).toMatchObject({ status: 'done' })

  for (const reader of [client, await follow(serviceId, cursor)]) {
    await reader.next('batch', () => known(reader).get(shipping.id)?.serviceIds.includes(serviceId) === false)
    expect(known(reader).get(result.madeId ?? '')).toMatchObject({ serviceIds: [serviceId], alertCount: 1 })
  }
  const fresh = await follow(serviceId)
  expect([...known(fresh).keys()].toSorted()).toEqual([paying.id, result.madeId ?? ''].toSorted())
})
