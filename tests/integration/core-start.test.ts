import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createCertificates } from '../../src-main/core/connection/certificates.ts'
import { createTransports } from '../../src-main/core/connection/create-transports.ts'
import { ConsoleCore } from '../../src-main/core/console-core.ts'
import type { ConsolePorts, Notification } from '../../src-main/core/ports.ts'
import { StoreClient } from '../../src-main/core/store/store-client.ts'
import { systemClock } from '../../src-main/core/system-clock.ts'
import { systemRandomness } from '../../src-main/core/system-randomness.ts'
import { startTestConsole, until } from '../support/test-console.ts'
import { startTestServer } from '../support/test-server.ts'

/** How long a start takes depends on how much is cached; what comes over the wire meanwhile does not wait for it. */

it('shows once what is decided while the console starts', async () => {
  const server = await startTestServer()
  const site = { url: server.url, token: server.tokens.responder }
  const dataDir = await mkdtemp(join(tmpdir(), 'watchfloor-start-'))
  try {
    const first = await startTestConsole({ dataDir, site })
    await until('live', async () => (await first.board()).freshness[0]?.state === 'live')
    await first.close()
    await server.ingest({ service: 'missed', title: 'missed', severity: 'critical' })

    const shown: Notification[] = []
    const store = await StoreClient.open({ file: join(dataDir, 'console.db'), nativeBinding: null })
    let boards = 0
    const request = async (...[method, input]: Parameters<StoreClient['request']>): Promise<unknown> => {
      // Of a large board, once its site is connecting: it takes until something has come.
      if (method === 'board' && (boards += 1) === 2) await until('shown', () => shown.length > 0)
      return store.request(method, input)
    }
    const slow = new Proxy(store, {
      get: (target, name) => {
        if (name === 'request') return request
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
    const none = (): (() => void) => () => undefined
    const ports: ConsolePorts = {
      clock: systemClock,
      randomness: systemRandomness,
      notifier: {
        show: async (notification) => {
          shown.push(notification)
          await sleep(300)
          return { shown: true }
        },
        onClick: none,
      },
      secrets: {
        read: () => Promise.resolve(server.tokens.responder),
        write: () => Promise.resolve(),
        remove: () => Promise.resolve(),
      },
      power: { onEvent: none },
      network: { onReturn: none },
      proxies: { proxyFor: () => Promise.resolve(null) },
      localServer: null,
      log: () => undefined,
    }
    const clientId = await store.request('clientId', null)
    const certificates = createCertificates({})
    const createTransport = await createTransports(systemClock, store, certificates)
    const core = new ConsoleCore({
      ports,
      store: slow,
      clientId,
      createTransport,
      certificates,
      shell: 'web',
    })
    await core.start({ standalone: null, site: null })
    await sleep(600)
    expect(shown.map(({ body }) => body)).toEqual(['missed'])
    await core.close()
  } finally {
    await server.close()
    await rm(dataDir, { recursive: true, force: true })
  }
})
