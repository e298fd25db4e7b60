import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  electronExecutable,
  electronStart,
  startElectronConsole,
  type ElectronConsole,
} from '../support/electron/electron-console.ts'
import { until } from '../support/electron/until.ts'

describe('the page', () => {
  let desktop: ElectronConsole

  beforeAll(async () => {
    desktop = await startElectronConsole()
    await desktop.page.getByRole('heading').first().waitFor()
  })

  afterAll(() => desktop.dispose())

  it('comes from the app’s own protocol and has nothing of Node or Electron but the bridge', async () => {
    expect(desktop.page.url()).toBe('app://watchfloor/')
    const globals = await desktop.page.evaluate(() => {
      const all = globalThis as Record<string, unknown>
      return {
        node: ['require', 'process', 'Buffer', 'module', 'electron'].filter((name) => name in all),
        bridge: Object.keys(all['watchfloor'] as object).toSorted(),
      }
    })
    expect(globals).toEqual({ node: [], bridge: ['call', 'on'] })
  })

  it('may run no inline script, no eval, and connect to nobody', async () => {
    const tried = await desktop.page.evaluate(async () => {
      const script = document.createElement('script')
      script.textContent = 'globalThis.inlineRan = true'
      document.body.append(script)
      const fetched = await fetch('http://127.0.0.1:9/').then(
        () => 'answered',
        () => 'refused',
      )
      return { inline: 'inlineRan' in globalThis, fetched }
    })
    expect(tried).toEqual({ inline: false, fetched: 'refused' })
    const policy = await desktop.app.evaluate(async ({ net }) => {
      const answer = await net.fetch('app://watchfloor/')
      return answer.headers.get('content-security-policy')
    })
    expect(policy).toMatch(/^default-src 'none'; script-src app:;/)
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
  })

  it('may go nowhere, open nothing, and be given no permission', async () => {
    await desktop.page.evaluate(() => {
      window.open('app://watchfloor/other')
      window.location.href = 'https://example.com/'
    })
    const permission = await desktop.page.evaluate(() =>
      navigator.mediaDevices === undefined ? 'none' : Notification.permission,
    )
    expect(permission).not.toBe('granted')
    expect(desktop.page.url()).toBe('app://watchfloor/')
    expect(desktop.app.windows()).toHaveLength(1)
  })

  it.each([
    'app://watchfloor/../package.json',
    'app://watchfloor/%2e%2e/server/main.js',
    'app://other/index.html',
  ])('is not served %s', async (address) => {
    const status = await desktop.app.evaluate(async ({ net }, url) => (await net.fetch(url)).status, address)
    expect(status).toBe(404)
  })

  it('gets a refusal in words for a call that the contract does not know', async () => {
    const answers = await desktop.page.evaluate(async () => {
      const bridge = (
        globalThis as unknown as { watchfloor: { call: (...args: unknown[]) => Promise<unknown> } }
      ).watchfloor
      return [await bridge.call('readFile', '/etc/passwd'), await bridge.call('openIncident', { siteId: 7 })]
    })
    for (const answer of answers) expect(answer).toMatchObject({ ok: false, message: expect.any(String) })
  })
})

describe.runIf(process.platform === 'linux')('started directly', () => {
  it('runs its page in Chromium’s sandbox', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'watchfloor-electron-'))
    const { args, env } = electronStart({}, dataDir)
    const child = spawn(electronExecutable, args, { env, stdio: 'ignore' })
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    try {
      const renderer = await until(
        'the page’s process',
        () => findRenderer(dataDir),
        (found) => found !== null,
      )
      const status = await readFile(`/proc/${renderer?.pid ?? 0}/status`, 'utf8')
      // 2: system calls are filtered.
      expect(status).toMatch(/^Seccomp:\t2$/m)
      expect(status).toMatch(/^NoNewPrivs:\t1$/m)
      expect(renderer?.command).not.toContain('--no-sandbox')
    } finally {
      child.kill('SIGTERM')
      await ended
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
    }
  })
})

/** The renderer process of the console whose data folder this is; null while there is none. */
async function findRenderer(dataDir: string): Promise<{ pid: number; command: string } | null> {
  const processes = await Promise.all(
    (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map((name) => readProcess(Number(name))),
  )
  const main = processes.find((each) => each?.command.includes(dataDir) && !each.command.includes('--type='))
  if (!main) return null
  const isChildOf = (pid: number): boolean => {
    const parent = processes.find((each) => each?.pid === pid)?.parent
    return parent === main.pid || (parent !== undefined && parent > 1 && isChildOf(parent))
  }
  return processes.find((each) => each?.command.includes('--type=renderer') && isChildOf(each.pid)) ?? null
}

async function readProcess(pid: number) {
  try {
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')
    const parent = /^PPid:\t(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]
    return { pid, command, parent: Number(parent) }
  } catch {
    return null
  }
}
