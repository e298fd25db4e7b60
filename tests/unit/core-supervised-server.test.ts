import { describe, expect, it } from 'vitest'
import type { Clock } from '../../src-main/core/ports.ts'
import { SupervisedServer, type ServerProcess } from '../../src-main/core/supervised-server.ts'

/** A clock that a test moves by hand, and processes that do what it says. */
function stage() {
  let now = 0
  const timers: { at: number; run: () => void }[] = []
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    setTimer: (afterMs, run) => {
      const timer = { at: now + afterMs, run }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer) >>> 0, 1)
    },
  }
  const pass = (ms: number) => {
    now += ms
    for (const timer of timers.filter(({ at }) => at <= now)) {
      timers.splice(timers.indexOf(timer), 1)
      timer.run()
    }
  }
  const launched: ReturnType<typeof scriptedProcess>[] = []
  const server = new SupervisedServer({
    launch: (args, env) => {
      const process = scriptedProcess(args, env)
      launched.push(process)
      return process
    },
    dataDir: '/data',
    token: 'wf_token',
    operatorName: 'mira',
    clock,
    log: () => undefined,
  })
  return { server, launched, pass }
}

function scriptedProcess(args: string[], env: Record<string, string>) {
  const exits: ((why: number | string) => void)[] = []
  const messages: ((message: unknown) => void)[] = []
  let isKilled = false
  const exit = (why: number | string) => {
    for (const listener of exits) listener(why)
  }
  const process: ServerProcess = {
    onMessage: (listener) => messages.push(listener),
    onExit: (listener) => exits.push(listener),
    askToStop: () => exit(0),
    kill: () => {
      isKilled = true
      exit('SIGKILL')
    },
  }
  const say = (message: unknown) => {
    for (const listener of messages) listener(message)
  }
  return { ...process, args, env, exit, say, isKilled: () => isKilled }
}

const ready = (port: number) => ({ ready: true, url: `http://127.0.0.1:${port}` })

describe('the bundled server', () => {
  it('is started on a free port with the token of this run, and known when it says that it is ready', async () => {
    const { server, launched } = stage()
    const starting = server.start({ demo: true })
    launched[0]?.say({ something: 'else' })
    launched[0]?.say(ready(1))
    expect(await starting).toEqual({ url: 'http://127.0.0.1:1', token: 'wf_token' })
    expect(launched[0]?.args).toEqual(['--port', '0', '--data-dir', '/data', '--with-parent', '--demo'])
    expect(launched[0]?.env).toMatchObject({
      WATCHFLOOR_BOOTSTRAP_TOKEN: 'wf_token',
      WATCHFLOOR_BOOTSTRAP_NAME: 'mira',
    })
  })

  it('is started again when it ends, later each time, and says where it is then', async () => {
    const { server, launched, pass } = stage()
    const addresses: string[] = []
    server.onAddress(({ url }) => addresses.push(url))
    const starting = server.start({ demo: false })
    launched[0]?.say(ready(1))
    await starting

    launched[0]?.exit('SIGSEGV')
    pass(499)
    expect(launched).toHaveLength(1)
    pass(1)
    expect(launched).toHaveLength(2)
    launched[1]?.exit(1)
    pass(999)
    expect(launched).toHaveLength(2)
    pass(1)
    launched[2]?.say(ready(3))
    await Promise.resolve()
    await Promise.resolve()
    expect(addresses).toEqual(['http://127.0.0.1:3'])
  })

  it('is killed when it is not ready in time, and tried again', async () => {
    const { server, launched, pass } = stage()
    const starting = server.start({ demo: false })
    pass(20_000)
    await expect(starting).rejects.toThrow('not ready within 20 s')
    expect(launched[0]?.isKilled()).toBe(true)
    pass(500)
    expect(launched).toHaveLength(2)
  })

  it('is asked to stop, and not started again', async () => {
    const { server, launched, pass } = stage()
    const starting = server.start({ demo: false })
    launched[0]?.say(ready(1))
    await starting
    await server.stop()
    pass(60_000)
    expect(launched).toHaveLength(1)
    expect(launched[0]?.isKilled()).toBe(false)
  })

  it('is started anew for its demo, once', async () => {
    const { server, launched } = stage()
    const plain = server.start({ demo: false })
    launched[0]?.say(ready(1))
    await plain
    const again = server.start({ demo: false })
    expect(await again).toEqual(await plain)
    const withDemo = server.start({ demo: true })
    await Promise.resolve()
    await Promise.resolve()
    launched[1]?.say(ready(2))
    expect(await withDemo).toMatchObject({ url: 'http://127.0.0.1:2' })
    expect(launched[1]?.args).toContain('--demo')
    await server.start({ demo: true })
    expect(launched).toHaveLength(2)
  })
})
