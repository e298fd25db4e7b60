import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'

const started: ServerProcess[] = []
afterEach(async () => {
  for (const server of started.splice(0)) await server.dispose()
})

async function start(): Promise<ServerProcess> {
  const server = await startServerProcess({ env: { WATCHFLOOR_LOG_LEVEL: 'warn' } })
  started.push(server)
  return server
}

function read(server: ServerProcess, path: string, token: string): Promise<Response> {
  return fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } })
}

describe('the server as a process', () => {
  it('says where it listens, stops cleanly on SIGTERM, and has everything after a restart', async () => {
    const server = await start()
    const source = server.createToken('prober', 'source')
    const sent = await fetch(`${server.url}/v1/ingest/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${source}`, 'content-type': 'application/json' },
      body: JSON.stringify({ service: 'gateway', title: 'broken' }),
    })
    expect(sent.status).toBe(202)
    expect(await server.stop('SIGTERM')).toBe(0)
    const again = await server.restart()
    started.push(again)
    expect(again.url).toBe(server.url)
    const { items } = (await (await read(again, '/v1/incidents', server.adminToken)).json()) as {
      items: object[]
    }
    expect(items).toMatchObject([{ title: 'broken', status: 'triggered' }])
  })

  it('honours at once a token that is made or revoked beside it', async () => {
    const server = await start()
    const viewer = server.createToken('wall', 'viewer')
    expect((await read(server, '/v1/incidents', viewer)).status).toBe(200)
    const entry = fileURLToPath(new URL('../../src-server/start.js', import.meta.url))
    const args = [entry, 'tokens', 'revoke', '--data-dir', server.dataDir, '--name', 'wall']
    expect(spawnSync(process.execPath, args, { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' })
    expect((await read(server, '/v1/incidents', viewer)).status).toBe(401)
  })

  it('refuses a data folder that another server uses, and says so', async () => {
    const server = await start()
    const entry = fileURLToPath(new URL('../../src-server/start.js', import.meta.url))
    const run = spawnSync(process.execPath, [entry, '--port', '0', '--data-dir', server.dataDir], {
      encoding: 'utf8',
    })
    expect(run.status).toBe(1)
    expect(run.stdout).toBe('')
    expect(run.stderr).toContain(server.dataDir)
  })

  it('started with a channel tells its parent when it is ready, and stops with it', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'watchfloor-forked-'))
    const entry = fileURLToPath(new URL('../../src-server/start.js', import.meta.url))
    for (const end of ['stop', 'disconnect'] as const) {
      const args = ['--port', '0', '--data-dir', dataDir, '--with-parent']
      const child = fork(entry, args, { silent: true })
      const [ready] = (await once(child, 'message')) as [{ ready: boolean; url: string; pid: number }]
      expect(ready).toMatchObject({ ready: true, pid: child.pid })
      expect((await fetch(`${ready.url}/readyz`)).status).toBe(200)
      const ended = once(child, 'exit')
      if (end === 'stop') child.send({ type: 'stop' })
      else child.disconnect()
      expect(await ended).toEqual([0, null])
    }
    await rm(dataDir, { recursive: true, force: true })
  })
})
