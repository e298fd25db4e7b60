import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { pollAnswerSchema, type PollAnswer } from '../../src-shared/protocol/poll.ts'
import type { Middlebox } from '../support/middlebox-process.ts'
import {
  has,
  startHaproxy,
  startNginx,
  startTinyproxy,
  type ReverseProxyOptions,
} from '../support/middleboxes.ts'
import { connectStream, helloFrame, refusedHandshake } from '../support/stream-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const started: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of started.splice(0).toReversed()) await each.close()
})

async function serve(changes: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> {
  const server = await startTestServer(changes)
  started.push(server)
  return server
}
async function behind(box: Promise<Middlebox>): Promise<Middlebox> {
  const running = await box
  started.push({ close: running.stop })
  return running
}
const portOf = (server: TestServer) => Number(new URL(server.url).port)
const streamOf = (box: Middlebox) => `${box.url.replace('http', 'ws')}/v1/stream`

async function poll(box: Middlebox, token: string, changes: object = {}): Promise<PollAnswer> {
  const response = await fetch(`${box.url}/v1/poll`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      protocol: 1,
      clientId: randomUUID(),
      channels: ['incidents', 'feed:all'],
      ...changes,
    }),
  })
  expect(response.status).toBe(200)
  return pollAnswerSchema.parse(await response.json())
}

const reverse: [string, boolean, (options: ReverseProxyOptions) => Promise<Middlebox>][] = [
  ['nginx', has.nginx, (options) => startNginx({ ...options, passesUpgrade: true })],
  ['HAProxy', has.haproxy, startHaproxy],
]

for (const [name, isHere, start] of reverse) {
  describe.runIf(isHere)(`behind ${name}`, () => {
    it('the stream is live in both directions', async () => {
      const server = await serve()
      const box = await behind(start({ target: portOf(server) }))
      const client = await connectStream(streamOf(box), server.tokens.responder)
      client.send(helloFrame())
      await client.next('snapshot', ({ last }) => last)
      await server.ingest({ service: 'api', title: 'trouble' })
      const batch = await client.next('batch', ({ entries }) => entries.length > 0)
      client.send({ type: 'ack', id: 1, seq: batch.to })
      expect(await client.next('acked')).toMatchObject({ id: 1 })
      client.close()
      await client.closed
    })

    it('heartbeats keep an idle stream open beyond the idle timeout, and nothing else does', async () => {
      const idleMs = 1_000
      const [beating, silent] = [await serve(), await serve({ heartbeatMs: 20_000, staleMs: 25_000 })]
      const stays = await behind(start({ target: portOf(beating), idleMs }))
      const ends = await behind(start({ target: portOf(silent), idleMs }))
      const open = await connectStream(streamOf(stays), beating.tokens.responder)
      const cut = await connectStream(streamOf(ends), silent.tokens.responder)
      for (const client of [open, cut]) client.send(helloFrame({ channels: ['shift-log'] }))
      const from = performance.now()
      expect(await cut.closed).toBe(1006)
      expect(performance.now() - from).toBeLessThan(15_000)
      await sleep(2 * idleMs)
      open.clear()
      expect((await open.next('batch')).entries).toEqual([])
      open.close()
      await open.closed
    })

    it('a large snapshot and a burst come whole and in order', async () => {
      const server = await serve()
      const box = await behind(start({ target: portOf(server) }))
      const event = (index: number) => ({
        service: `s-${index % 50}`,
        title: `trouble ${index}`,
        dedupKey: `k-${index}`,
        description: 'x'.repeat(300),
      })
      for (let first = 0; first < 1_200; first += 300)
        await server.ingest(...Array.from({ length: 300 }, (_, index) => event(first + index)))
      const client = await connectStream(streamOf(box), server.tokens.responder)
      client.send(helloFrame())
      const { position } = await client.next('snapshot', ({ last }) => last)
      await server.ingest(...Array.from({ length: 300 }, (_, index) => event(2_000 + index)))
      let seq = position
      const events = new Set<string>()
      await client.next('batch', ({ entries }) => {
        for (const entry of entries) if (entry.kind === 'event') events.add(entry.event.id)
        return events.size === 300
      })
      for (const frame of client.frames) {
        if (frame.type !== 'batch') continue
        expect(frame.from).toBe(seq)
        seq = frame.to
      }
      client.close()
      await client.closed
    })

    it('a poll is held and answered, and says when the server is away', async () => {
      const server = await serve()
      const box = await behind(start({ target: portOf(server) }))
      const { viewer } = server.tokens
      let { cursor } = await poll(box, viewer, { holdMs: 0 })
      while (cursor.page !== undefined) ({ cursor } = await poll(box, viewer, { holdMs: 0, cursor }))
      const held = poll(box, viewer, { cursor, holdMs: 5_000 })
      await sleep(100)
      await server.ingest({ service: 'api', title: 'trouble' })
      expect((await held).cursor.seq).toBeGreaterThan(cursor.seq)
      await started.splice(started.indexOf(server), 1)[0]?.close()
      const away = await fetch(`${box.url}/v1/poll`, { method: 'POST', body: '{}' })
      expect([502, 503]).toContain(away.status)
    })
  })
}

describe.runIf(has.nginx)('behind an nginx without the lines for Upgrade', () => {
  it('the handshake is answered with words, not with silence, and polls pass', async () => {
    const server = await serve()
    const box = await behind(startNginx({ target: portOf(server), passesUpgrade: false }))
    const headers = { authorization: `Bearer ${server.tokens.viewer}` }
    const refused = await refusedHandshake(streamOf(box), { headers })
    expect(refused).toMatchObject({ status: 426, body: { error: { code: 'upgradeRequired' } } })
    const { frames } = await poll(box, server.tokens.viewer, { holdMs: 0 })
    expect(frames.map(({ type }) => type)).toEqual(['welcome', 'snapshot'])
  })
})

describe.runIf(has.tinyproxy)('through a proxy that demands a login', () => {
  it('the stream passes with the login, and is refused with 407 without', async () => {
    const server = await serve()
    const box = await behind(startTinyproxy({ user: 'noc', password: 'secret' }))
    const refused = new WebSocket(server.streamUrl, { agent: new HttpsProxyAgent(box.url) })
    const [, answer] = (await once(refused, 'unexpected-response')) as [unknown, IncomingMessage]
    expect(answer.statusCode).toBe(407)
    answer.destroy()
    const withLogin = new HttpsProxyAgent(box.url.replace('//', '//noc:secret@'))
    const client = await connectStream(server.streamUrl, server.tokens.viewer, { agent: withLogin })
    client.send(helloFrame())
    await client.next('snapshot', ({ last }) => last)
    await server.ingest({ service: 'api', title: 'trouble' })
    await client.next('batch', ({ entries }) => entries.length > 0)
    client.close()
    await client.closed
  })
})
