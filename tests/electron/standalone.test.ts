import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  closeWindow,
  electronExecutable,
  electronStart,
  startElectronConsole,
  windowState,
  type ElectronConsole,
} from '../support/electron/electron-console.ts'
import { until } from '../support/electron/until.ts'

describe('standalone, with the demo', () => {
  let desktop: ElectronConsole

  beforeAll(async () => {
    desktop = await startElectronConsole({ args: ['--demo'] })
  }, 60_000)

  afterAll(() => desktop.dispose())

  it('brings its own server and shows what the demo estate sends', async () => {
    await desktop.page.getByTestId('freshness').getByText('Live').waitFor()
    await desktop.page.getByTestId('incident-row').first().waitFor()
    expect(await serverPid(desktop)).toBeGreaterThan(0)
  })

  it('starts its server again when that dies, and follows it to its new address', async () => {
    const before = await serverPid(desktop)
    process.kill(before, 'SIGKILL')
    const after = await until(
      'another server',
      () => serverPid(desktop),
      (pid) => pid > 0 && pid !== before,
    )
    expect(after).not.toBe(before)
    await desktop.page.getByTestId('freshness').getByText('Live').waitFor()
  })

  it('comes to the front when it is started a second time, which ends by itself', async () => {
    await closeWindow(desktop)
    const { args, env } = electronStart({}, desktop.dataDir)
    const second = spawn(electronExecutable, args, { env, stdio: 'ignore' })
    const code = await new Promise((resolve) => second.once('exit', resolve))
    expect(code).toBe(0)
    await until(
      'the window',
      () => windowState(desktop),
      ({ isVisible }) => isVisible,
    )
  })

  it('takes its server with it when it ends', async () => {
    const pid = await serverPid(desktop)
    await desktop.app.close()
    await until(
      'the end of the server',
      () => isAlive(pid),
      (alive) => !alive,
    )
  })
})

/** The utility process that the server runs in; 0 while there is none. */
function serverPid({ app }: ElectronConsole): Promise<number> {
  return app.evaluate(({ app: electron }) => {
    const server = electron.getAppMetrics().find(({ name }) => name === 'Watchfloor server')
    return server?.pid ?? 0
  })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
