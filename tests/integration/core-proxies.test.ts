import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Freshness } from '../../src-shared/console-views.ts'
import { startForwardProxy, type ForwardProxy } from '../support/forward-proxy.ts'
import {
  startTestConsole,
  until,
  type TestConsole,
  type TestConsoleOptions,
} from '../support/test-console.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { certificateFile, startTlsFront, type TlsFront } from '../support/tls-front.ts'

let server: TestServer
let proxy: ForwardProxy
let consoles: TestConsole[]
let fronts: TlsFront[]
const caFile = certificateFile('ca.pem')

beforeEach(async () => {
  server = await startTestServer()
  proxy = await startForwardProxy()
  consoles = []
  fronts = []
})

afterEach(async () => {
  for (const console of consoles) await console.dispose()
  for (const front of fronts) await front.close()
  await proxy.close()
  await server.close()
})

async function openConsole(options: TestConsoleOptions & { url?: string; via?: string } = {}) {
  const { url = server.url, via, ...rest } = options
  const proxies = { proxyFor: () => Promise.resolve(via ?? null) }
  const site = { url, token: server.tokens.responder }
  const console = await startTestConsole({ site, ports: { proxies }, ...rest })
  consoles.push(console)
  return console
}

async function secure(asksClients = false): Promise<string> {
  const front = await startTlsFront(Number(new URL(server.url).port), asksClients)
  fronts.push(front)
  return front.url
}

const freshnessOf = async (console: TestConsole): Promise<Freshness | undefined> =>
  (await console.board()).freshness[0]
const isLive = (console: TestConsole) => async () => (await freshnessOf(console))?.state === 'live'
const says = (console: TestConsole, words: RegExp) => async () =>
  words.test((await freshnessOf(console))?.reason ?? '')

describe('the core behind a proxy', () => {
  it('goes through it by CONNECT, with the login of its address', async () => {
    proxy.login = 'mira:se:cret'
    const console = await openConsole({ via: proxy.url.replace('//', '//mira:se%3Acret@') })
    await until('live', isLive(console))
    expect(proxy.connects).toBe(1)
    expect((await freshnessOf(console))?.transport).toBe('websocket')
  })

  it('says that the proxy asks for a login, and takes the one that the operator gives', async () => {
    proxy.login = 'mira:secret'
    const console = await openConsole({ via: proxy.url })
    await until('asked', says(console, /the proxy at http:\/\/127\.0\.0\.1:\d+ asks for a login/))
    expect((await freshnessOf(console))?.proxyAsksLogin).toBe(proxy.url)
    await console.call('setProxyLogin', { proxy: proxy.url, user: 'mira', password: 'secret' })
    await until('live', isLive(console))
    expect((await freshnessOf(console))?.proxyAsksLogin).toBeNull()
  })

  it('does not show a wrong password again and again', async () => {
    proxy.login = 'mira:secret'
    const console = await openConsole({ via: proxy.url.replace('//', '//mira:wrong@') })
    await until('refused', says(console, /does not accept the login/))
    expect((await freshnessOf(console))?.nextAttemptAt).toBeNull()
  })

  it('polls through a proxy that lets no tunnel be made', async () => {
    proxy.refusesConnect = true
    proxy.login = 'mira:secret'
    const console = await openConsole({ via: proxy.url.replace('//', '//mira:secret@') })
    await until('live', isLive(console), 15_000)
    expect((await freshnessOf(console))?.transport).toBe('longPoll')
    expect(proxy.connects).toBe(0)
    expect(proxy.forwards).toBeGreaterThan(0)
  })

  it('has large messages compressed where the server is far away, on either way', async () => {
    const events = Array.from({ length: 500 }, (_, index) => ({ service: `service ${index}`, title: 'down' }))
    await server.ingest(...events)
    const near = await openConsole({ via: proxy.url })
    await until('all rows', () => near.rows.size === 500, 10_000)
    const bytesPlain = proxy.bytesDown
    const url = server.url.replace('127.0.0.1', 'incidents.test')
    for (const refusesConnect of [false, true]) {
      proxy.refusesConnect = refusesConnect
      const bytesBefore = proxy.bytesDown
      const far = await openConsole({ url, via: proxy.url })
      await until('all rows', () => far.rows.size === 500, 10_000)
      expect(proxy.bytesDown - bytesBefore).toBeLessThan(bytesPlain / 3)
      await far.close()
    }
  })

  it('says that it is the proxy that is not there', async () => {
    await proxy.close()
    const console = await openConsole({ via: proxy.url })
    await until('said', says(console, /nothing answers at the address of the proxy at http/))
  })
})

describe('the core and certificates', () => {
  it('says that it does not know the authority, and follows once it is given', async () => {
    const url = await secure()
    const stranger = await openConsole({ url })
    await until('said', says(stranger, /authority that this machine does not know/))
    const console = await openConsole({ url, tls: { caFile } })
    await until('live', isLive(console))
  })

  it('shows a client certificate to a server that asks, also through a proxy', async () => {
    const url = await secure(true)
    const tls = {
      caFile,
      certFile: certificateFile('client.pem'),
      keyFile: certificateFile('client.key'),
      passphrase: 'open-sesame',
    }
    const unknown = await openConsole({ url, tls: { caFile } })
    await until('said', says(unknown, /asks for a client certificate/))
    const direct = await openConsole({ url, tls })
    await until('live', isLive(direct))
    const tunnelled = await openConsole({ url, tls, via: proxy.url })
    await until('live through the proxy', isLive(tunnelled))
    expect(proxy.connects).toBe(1)
  })

  it('says what is wrong with a file, and does not try by itself', async () => {
    const url = await secure()
    const missing = await openConsole({ url, tls: { caFile: '/does/not/exist.pem' } })
    await until('said', says(missing, /certificate file cannot be read .*exist\.pem/))
    expect((await freshnessOf(missing))?.nextAttemptAt).toBeNull()
    const keyFile = certificateFile('client.key')
    const locked = await openConsole({ url, tls: { certFile: certificateFile('client.pem'), keyFile } })
    await until('said', says(locked, /certificates cannot be used/))
  })
})
