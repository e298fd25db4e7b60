import { request, type IncomingHttpHeaders } from 'node:http'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startWebHost, type WebHost } from '../../src-main/web/web-host.ts'
import { startTestConsole, type TestConsole } from '../support/test-console.ts'

let core: TestConsole
let host: WebHost
let rendererDir: string
let origin: string

beforeEach(async () => {
  rendererDir = await mkdtemp(join(tmpdir(), 'watchfloor-page-'))
  await writeFile(join(rendererDir, 'index.html'), '<!doctype html><title>Watchfloor</title>')
  core = await startTestConsole()
  host = await startWebHost(core.console, { port: 0, rendererDir })
  origin = new URL(host.entryUrl()).origin
})

afterEach(async () => {
  await host.close()
  await core.dispose()
  await rm(rendererDir, { recursive: true, force: true })
})

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

function get(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, { headers, method }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => (body += text))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
      .on('error', reject)
      .end()
  })
}

async function enter(): Promise<string> {
  const { headers } = await get(host.entryUrl())
  return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

async function bridge(headers: Record<string, string>): Promise<WebSocket | number> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/bridge`, { headers })
  return new Promise((resolve) => {
    socket.once('open', () => resolve(socket))
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.on('error', () => undefined)
  })
}

describe('the web shell', () => {
  it('lets in one browser with the printed address, once, by a cookie that scripts and other sites do not get', async () => {
    const url = host.entryUrl()
    const first = await get(url)
    expect(first).toMatchObject({ status: 303, headers: { location: '/' } })
    expect(first.headers['set-cookie']?.[0]).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/)
    expect((await get(url)).status).toBe(401)
    const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    expect(await get(`${origin}/`, { cookie })).toMatchObject({
      status: 200,
      body: expect.stringContaining('Watchfloor'),
    })
    expect((await get(url, { cookie })).status).toBe(303)
  })

  it('gives nothing without the cookie', async () => {
    expect((await get(`${origin}/`)).status).toBe(401)
    expect((await get(`${origin}/?token=wrong`)).status).toBe(401)
    expect(await bridge({ origin })).toBe(401)
  })

  it('answers only under names of this machine, and gives the bridge only to its own page', async () => {
    const cookie = await enter()
    expect((await get(`${origin}/`, { cookie, host: 'evil.example' })).status).toBe(403)
    expect(await bridge({ cookie })).toBe(403)
    expect(await bridge({ cookie, origin: 'http://evil.example' })).toBe(403)
    const { host: own } = new URL(origin)
    expect(
      await bridge({ cookie, origin: 'http://evil.example', host: `evil.example:${own.split(':')[1]}` }),
    ).toBe(403)
  })

  it('serves with a strict policy, nothing outside of its folder, and only for reading', async () => {
    const cookie = await enter()
    const page = await get(`${origin}/`, { cookie })
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'/)
    expect(page.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    expect((await get(`${origin}/..%2f..%2fetc%2fpasswd`, { cookie })).status).toBe(404)
    expect((await get(`${origin}/%00`, { cookie })).status).toBe(404)
    expect((await get(`${origin}/%zz`, { cookie })).status).toBe(404)
    expect((await get(`${origin}/`, { cookie }, 'POST')).status).toBe(405)
  })

  it('carries calls and events, answers bad input with what is wrong, and closes on what is no request', async () => {
    const socket = await bridge({ cookie: await enter(), origin })
    if (typeof socket === 'number') throw new Error(`refused: ${socket}`)
    const ask = async (frame: object): Promise<unknown> => {
      socket.send(JSON.stringify(frame))
      for (;;) {
        const [data] = (await once(socket, 'message')) as [Buffer]
        const answer = JSON.parse(data.toString()) as { id?: number; answer?: unknown }
        if ('id' in answer) return answer
      }
    }
    expect(await ask({ id: 1, method: 'openBoard', input: {} })).toMatchObject({
      id: 1,
      answer: { ok: true, value: { firstStart: true, shell: 'web', demoAvailable: false } },
    })
    expect(await ask({ id: 2, method: 'noSuch', input: {} })).toMatchObject({
      id: 2,
      answer: { ok: false, code: 'unknownMethod' },
    })
    expect(await ask({ id: 3, method: 'addSite', input: { url: 'ftp://x', token: 'x' } })).toMatchObject({
      id: 3,
      answer: { ok: false, code: 'invalid', message: expect.stringMatching(/^url: /) },
    })
    const told = once(socket, 'message') as Promise<[Buffer]>
    core.console.focusIncident({ siteId: 's', incidentId: 'i' })
    expect(JSON.parse((await told)[0].toString())).toEqual({
      event: 'focusIncident',
      payload: { siteId: 's', incidentId: 'i' },
    })
    socket.send('[')
    expect((await once(socket, 'close'))[0]).toBe(1008)
  })
})
