import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocketServer, type WebSocket as ServerSocket } from 'ws'
import { createParsedBridge } from '../../src-renderer/bridge/parsed-bridge.ts'
import type { ShellLink } from '../../src-renderer/bridge/renderer-bridge.ts'
import { watchShell } from '../../src-renderer/bridge/shell-watch.ts'
import { WebTransport } from '../../src-renderer/bridge/web-transport.ts'

let server: WebSocketServer
let transport: WebTransport

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  transport = new WebTransport({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/bridge`,
    random: () => 0,
  })
})

afterEach(() => {
  transport.close()
  for (const socket of server.clients) socket.terminate()
  server.close()
})

/** Answers each call by what `answer` says of it. */
function answerWith(socket: ServerSocket, answer: (method: string) => unknown): void {
  socket.on('message', (data: Buffer) => {
    const { id, method } = JSON.parse(data.toString()) as { id: number; method: string }
    socket.send(JSON.stringify({ id, answer: answer(method) }))
  })
}

async function nextSocket(): Promise<ServerSocket> {
  const [socket] = (await once(server, 'connection')) as [ServerSocket]
  return socket
}

function linkBecomes(state: ShellLink['state']): Promise<ShellLink> {
  return new Promise((resolve) => {
    const stop = transport.onLink((link) => {
      if (link.state !== state) return
      stop()
      resolve(link)
    })
  })
}

describe("the page's way to the web shell", () => {
  it('sends what was asked before the socket was open, and gives each question its answer', async () => {
    const bridge = createParsedBridge(transport)
    const answers = [bridge.call('connectNow', {}), bridge.call('openIncident', null)]
    answerWith(await nextSocket(), (method) => ({ ok: true, value: method === 'openIncident' ? null : {} }))
    expect(await Promise.all(answers)).toEqual([
      { ok: true, value: {} },
      { ok: true, value: null },
    ])
  })

  it('turns an answer that does not fit the contract into a failure, and drops such an event', async () => {
    const bridge = createParsedBridge(transport)
    const heard: unknown[] = []
    bridge.on('freshness', (payload) => heard.push(payload))
    const asked = bridge.call('openBoard', {})
    const socket = await nextSocket()
    socket.send('not json')
    socket.send(JSON.stringify({ event: 'freshness', payload: [{ state: 'green' }] }))
    answerWith(socket, () => ({ ok: true, value: { sites: 'none' } }))
    expect(await asked).toMatchObject({ ok: false, code: 'unknownAnswer' })
    expect(heard).toEqual([])
  })

  it('says that the shell is gone, fails what was asked, and comes back by itself', async () => {
    const socket = await nextSocket()
    const asked = transport.call('openBoard', {})
    const gone = linkBecomes('gone')
    socket.terminate()
    expect(await asked).toMatchObject({ ok: false, code: 'shellGone' })
    expect(await gone).toMatchObject({ state: 'gone', failedAttempts: 0 })
    expect(await transport.call('openBoard', {})).toMatchObject({ ok: false, code: 'shellGone' })
    await linkBecomes('up')
    expect(server.clients.size).toBe(1)
  })

  it('never holds two sockets when it is told to connect at once', async () => {
    await nextSocket()
    await linkBecomes('up').catch(() => undefined)
    const back = linkBecomes('up')
    transport.reconnect()
    transport.reconnect()
    await back
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(server.clients.size).toBe(1)
  })

  it('takes a shell for gone that lets connect but does not answer, until it does', async () => {
    const bridge = createParsedBridge(transport)
    const reports: ShellLink['state'][] = []
    let isFrozen = true
    server.on('connection', (socket) => {
      socket.on('message', (data: Buffer) => {
        const { id } = JSON.parse(data.toString()) as { id: number }
        if (!isFrozen) socket.send(JSON.stringify({ id, answer: { ok: true, value: {} } }))
      })
    })
    const stop = watchShell({
      bridge,
      ask: () => bridge.call('setPresence', { visible: true, focused: true, incidentId: null }),
      report: (link) => reports.push(link.state),
      everyMs: 20,
      patienceMs: 100,
    })
    await expect.poll(() => reports.filter((state) => state === 'gone').length).toBeGreaterThan(3)
    expect(reports).not.toContain('up')
    isFrozen = false
    await expect.poll(() => reports.at(-1)).toBe('up')
    expect(server.clients.size).toBe(1)
    stop()
  })
})
