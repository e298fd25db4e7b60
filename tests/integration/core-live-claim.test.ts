import { afterEach, describe, expect, it } from 'vitest'
import { startFaultProxy } from '../support/fault-proxy.ts'
import { startTestConsole, until } from '../support/test-console.ts'
import { startTestServer } from '../support/test-server.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
})

describe('a console that was away', () => {
  it('does not say live for a moment before it has caught up', async () => {
    const server = await startTestServer()
    open.push(() => server.close())
    const proxy = await startFaultProxy(Number(new URL(server.url).port))
    open.push(() => proxy.close())
    const site = { url: `http://127.0.0.1:${proxy.port}`, token: server.tokens.responder }
    const core = await startTestConsole({ site })
    open.push(() => core.dispose())
    const state = async () => (await core.board()).freshness[0]?.state
    await until('it is live', async () => (await state()) === 'live')

    proxy.isDown = true
    proxy.resetAll()
    await until('it has noticed', async () => (await state()) !== 'live')
    await server.ingest(
      ...Array.from({ length: 500 }, (_, index) => ({
        service: 'gateway',
        title: `missed ${index}`,
        dedupKey: String(index),
      })),
    )
    const told: string[] = []
    core.console.on('freshness', ([freshness]) => {
      if (freshness && told.at(-1) !== freshness.state) told.push(freshness.state)
    })
    proxy.heal()
    await core.call('connectNow', {})
    await until('it is live again', () => told.includes('live'))
    await until('it has caught up', async () => (await core.board()).freshness[0]?.behind === 0)
    expect(told.slice(told.indexOf('live'))).toEqual(['live'])
  })
})
