import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { startServerProcess } from '../support/server-process.ts'
import { tracedAnswers } from '../support/syscall-trace.ts'

const canTrace = spawnSync('strace', ['-V']).status === 0

/** `env` is what the server is told beside its defaults. */
async function traceAnswers(env: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'watchfloor-trace-'))
  const output = join(folder, 'trace')
  const calls = 'trace=pwrite64,pwritev,fsync,fdatasync,write,writev,sendto,sendmsg'
  const server = await startServerProcess({
    prefix: ['strace', '-f', '-yy', '-s', '40', '-e', calls, '-o', output],
    env,
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  try {
    const token = server.createToken('sender', 'source')
    for (let index = 0; index < 20; index += 1) {
      const answer = await postJson(
        agent,
        `${server.url}/v1/ingest/events`,
        token,
        JSON.stringify(sampleEvent(index)),
      )
      expect(answer.status).toBe(202)
    }
    await server.stop('SIGTERM')
    return tracedAnswers(await readFile(output, 'utf8'))
  } finally {
    agent.destroy()
    await server.dispose()
    await rm(folder, { recursive: true, force: true })
  }
}

describe.runIf(canTrace)('the order of disk and answer, by system-call trace', () => {
  it('answers each event only after the fsync of its write', async () => {
    const answers = await traceAnswers({})
    expect(answers).toHaveLength(20)
    expect(answers.filter((answer) => !answer.wrote || !answer.syncedAfterWrite)).toEqual([])
  }, 60_000)

  it('would notice answers that only the operating system has (synchronous=NORMAL)', async () => {
    const answers = await traceAnswers({ WATCHFLOOR_SQLITE_SYNCHRONOUS: 'NORMAL' })
    expect(answers).toHaveLength(20)
    expect(answers.filter((answer) => !answer.syncedAfterWrite)).toHaveLength(20)
  }, 60_000)
})
