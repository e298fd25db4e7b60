import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startConsoleHost } from './campaign/console-host-process.ts'
import { startTestConsole, until, type TestConsole } from './test-console.ts'
import type { TestServer } from './test-server.ts'

export interface StrandedConsole {
  /** What it had taken into its outbox and not sent when it was killed. */
  waiting: readonly string[]
  /** A copy of the folder as the kill left it, WAL included, to be damaged. */
  copy(to?: string): Promise<string>
  /** Starts a console on a copy; the time that took is checked by the caller. */
  start(dataDir: string): Promise<TestConsole>
  dispose(): Promise<void>
}

/**
 * A console's folder as a kill -9 leaves it: a cache that was followed for a while, then actions that were taken
 * without a connection. The server is stopped meanwhile and comes back on its address.
 */
export async function strandConsole(
  server: TestServer,
  events: number,
): Promise<{ stranded: StrandedConsole; server: TestServer }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'watchfloor-stranded-'))
  const site = { url: server.url, token: server.tokens.responder }
  for (let sent = 0; sent < events; sent += 100) {
    const batch = Array.from({ length: Math.min(100, events - sent) }, (_, index) => ({
      title: `event ${sent + index}`,
      dedupKey: `event ${sent + index}`,
      service: `service ${(sent + index) % 50}`,
      description: 'as monitoring describes it, at some length '.repeat(5),
    }))
    await server.ingest(...batch)
  }
  // First in this process, closed in order: what is in the file itself.
  const first = await startTestConsole({ dataDir, site })
  await until('live', async () => (await first.board()).freshness[0]?.state === 'live', 15_000)
  await first.close()
  // Then as a process that is killed: what is in the WAL.
  const waiting: string[] = []
  let isLive = false
  let isBlind = false
  const host = await startConsoleHost({ dataDir, ...site, seed: 5, actEveryMs: 60 }, (line) => {
    if (line.kind === 'freshness') {
      isLive ||= line.state === 'live'
      isBlind = line.state === 'blind'
    }
    if (line.kind === 'accepted' && isBlind) waiting.push(line.commandId)
  })
  await until('live', () => isLive, 15_000)
  await server.server.close()
  await until('some actions wait', () => waiting.length >= 5, 15_000)
  await host.stop('SIGKILL')
  const again = await server.restart()
  const folders = [dataDir]
  return {
    server: again,
    stranded: {
      waiting,
      copy: async (to) => {
        const folder = to ?? (await mkdtemp(join(tmpdir(), 'watchfloor-damaged-')))
        folders.push(folder)
        await cp(dataDir, folder, { recursive: true })
        return folder
      },
      start: (folder) =>
        startTestConsole({ dataDir: folder, site: { url: again.url, token: again.tokens.responder } }),
      dispose: async () => {
        for (const folder of folders) await rm(folder, { recursive: true, force: true })
      },
    },
  }
}
