import { Agent } from 'node:http'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { startConsoleProcess, type ConsoleProcess } from '../support/console-process.ts'
import { postJson } from '../support/post-events.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'

/** An operator asks the real server, through the real console, for what only its log knows. */

let browser: Browser
let server: ServerProcess
let shell: ConsoleProcess
let page: Page
const agent = new Agent({ keepAlive: true })

beforeAll(async () => {
  browser = await launchChromium()
  server = await startServerProcess({ env: { WATCHFLOOR_LOG_LEVEL: 'warn' } })
  await report(
    { dedupKey: 'disk/orders-1', service: 'orders', title: 'Disk full on orders-1' },
    { dedupKey: 'disk/orders-2', service: 'orders', title: 'Disk full on orders-2' },
    { dedupKey: 'lag', service: 'ledger', title: 'Replication lag' },
    { dedupKey: 'nobody/knows', service: 'orders', title: 'Clears what never fired', action: 'resolve' },
  )
  // It comes to the board, and knows nothing of the events before.
  shell = await startConsoleProcess({
    server: { url: server.url, token: server.createToken('mira', 'responder') },
  })
  page = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage()
  await page.goto(shell.url)
  await page.getByTestId('incident-row').filter({ hasText: 'Replication lag' }).waitFor()
}, 90_000)
afterAll(async () => {
  await browser.close()
  await shell.dispose()
  await server.dispose()
  agent.destroy()
})

async function report(...events: Record<string, string>[]): Promise<void> {
  const url = `${server.url}/v1/ingest/events`
  const body = JSON.stringify(events.map((event) => ({ severity: 'error', ...event })))
  expect((await postJson(agent, url, server.adminToken, body)).status).toBe(202)
}

describe('an operator who asks the server itself', () => {
  it('finds an event that the console has never heard of, and comes to its incident', async () => {
    expect(await page.getByTestId('feed').getByText('Clears what never fired').count()).toBe(0)
    await page.keyboard.press('y')
    const dialog = page.getByRole('dialog', { name: 'Search the log' })
    await dialog.getByRole('radio', { name: 'Events' }).check()
    const field = dialog.getByRole('combobox')
    await field.fill('service:orders effect:none')
    await field.press('Enter')
    await dialog.getByText('1 event in all').waitFor()
    await dialog.locator('.found').getByText('Clears what never fired').waitFor()
    await field.fill('key:"disk/orders-2"')
    await field.press('Enter')
    await dialog.locator('.found').getByText('Disk full on orders-2').waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Disk full on orders-2' }).waitFor()
  })

  it('sees what rules would have made of it, and that nothing was changed', async () => {
    await page.keyboard.press('b')
    const dialog = page.getByRole('dialog', { name: 'Try correlation rules' })
    await dialog.getByRole('textbox').press('Control+Enter')
    await dialog.getByRole('heading', { name: '4 events, 2 incidents' }).waitFor()
    await dialog.getByText('1 alert: same service orders · rule service').waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await page.getByTestId('incident-row').count()).toBe(3)
  })

  it('is told that the server is gone, and not that there is nothing', async () => {
    await server.stop('SIGKILL')
    await page.keyboard.press('y')
    const dialog = page.getByRole('dialog', { name: 'Search the log' })
    await dialog.getByRole('combobox').fill('zzz')
    await dialog.getByRole('combobox').press('Enter')
    await dialog
      .getByRole('alert')
      .getByText(/^Not searched\. Nothing answers/)
      .waitFor()
    expect(await dialog.getByText('No event').count()).toBe(0)
  })
})
