import { spawnSync } from 'node:child_process'
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
    const entry = new URL('../../src-server/start.js', import.meta.url).pathname
    const args = [entry, 'tokens', 'revoke', '--data-dir', server.dataDir, '--name', 'wall']
    expect(spawnSync(process.execPath, args, { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' })
    expect((await read(server, '/v1/incidents', viewer)).status).toBe(401)
  })

  it('refuses a data folder that another server uses, and says so', async () => {
    const server = await start()
    const entry = new URL('../../src-server/start.js', import.meta.url).pathname
    const run = spawnSync(process.execPath, [entry, '--port', '0', '--data-dir', server.dataDir], {
      encoding: 'utf8',
    })
    expect(run.status).toBe(1)
    expect(run.stdout).toBe('')
    expect(run.stderr).toContain(server.dataDir)
  })
})
