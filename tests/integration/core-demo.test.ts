import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LocalServer } from '../../src-main/core/ports.ts'
import { startTestConsole, until, type TestConsole } from '../support/test-console.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let demo: TestServer
let console: TestConsole
let localServer: LocalServer

beforeAll(async () => {
  demo = await startTestServer({ demo: true, demoSpeed: 60 })
  localServer = {
    start: () => Promise.resolve({ url: demo.url, token: demo.tokens.admin }),
    onAddress: () => () => undefined,
    stop: () => Promise.resolve(),
  }
  console = await startTestConsole({ ports: { localServer } })
})
afterAll(async () => {
  await console.dispose()
  await demo.close()
})

const storm = (of: TestConsole, siteId: string) => of.console.call('startStorm', { siteId })

/** The id of the one site that is followed. */
async function followed(of: TestConsole): Promise<string> {
  await until('live', async () => (await of.board()).freshness[0]?.state === 'live')
  return (await of.board()).sites[0]?.siteId ?? ''
}

describe('the storm of the demo', () => {
  it('begins at a call, one at a time', async () => {
    await console.call('startDemo', {})
    const siteId = await followed(console)
    expect((await console.board()).sites).toMatchObject([{ isDemo: true }])
    expect(await storm(console, siteId)).toMatchObject({ ok: true, value: { forMs: 60_000 } })
    expect(await storm(console, siteId)).toEqual({
      ok: false,
      code: 'busy',
      message: 'a storm is going on: one at a time',
      retryAfterMs: expect.any(Number) as number,
    })
    const { status, body } = await demo.call('/v1/demo')
    expect({ status, body }).toMatchObject({ status: 200, body: { isStorming: true } })
  })

  it.each([
    ['a server that is given by its address', { site: true }],
    ['the bundled server without its demo', { site: false }],
  ])('is refused for %s, even if that would answer', async (_which, { site }) => {
    const other = await startTestServer({ demo: true, demoSpeed: 60 })
    const token = other.tokens.admin
    const local: LocalServer = { ...localServer, start: () => Promise.resolve({ url: other.url, token }) }
    const real = await startTestConsole(
      site
        ? { ports: { localServer }, site: { url: other.url, token } }
        : { ports: { localServer: local }, standalone: { demo: false } },
    )
    try {
      const siteId = await followed(real)
      expect((await real.board()).sites).toMatchObject([{ isDemo: false }])
      expect(await storm(real, siteId)).toMatchObject({ ok: false, code: 'noDemo' })
      expect((await other.call('/v1/demo')).body).toMatchObject({ isStorming: false })
    } finally {
      await real.dispose()
      await other.close()
    }
  })

  it('says that the demo does not answer, and refuses what is no site', async () => {
    const siteId = await followed(console)
    expect(await storm(console, '0192f7a0-0000-7000-8000-000000000099')).toMatchObject({ code: 'noDemo' })
    await demo.server.close()
    expect(await storm(console, siteId)).toMatchObject({ ok: false, code: 'unreachable' })
  })
})
