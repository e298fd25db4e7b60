import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasAlertmanager, startAlertmanager, type Alertmanager } from '../support/alertmanager.ts'
import { launchChromium } from '../support/chromium.ts'
import { startConsoleProcess, type ConsoleProcess } from '../support/console-process.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'

const labels = { alertname: 'DiskFull', service: 'orders-db', instance: 'db-1', severity: 'critical' }
const title = 'Disk 97 % full on db-1'

describe.runIf(hasAlertmanager())('from a real Alertmanager to two operators and back', () => {
  let server: ServerProcess
  let alertmanager: Alertmanager
  let browser: Browser
  const consoles: ConsoleProcess[] = []

  async function openConsole(operator: string): Promise<Page> {
    const token = server.createToken(operator, 'responder')
    const shell = await startConsoleProcess({ server: { url: server.url, token } })
    consoles.push(shell)
    const context = await browser.newContext({ viewport: { width: 1600, height: 950 } })
    const page = await context.newPage()
    await page.goto(shell.url)
    await page.getByTestId('freshness').getByText('Live').waitFor()
    return page
  }

  beforeAll(async () => {
    server = await startServerProcess({ env: { WATCHFLOOR_SETTLE_MS: '500' } })
    alertmanager = await startAlertmanager(
      `${server.url}/v1/ingest/alertmanager`,
      server.createToken('alertmanager', 'source'),
    )
    browser = await launchChromium()
  }, 60_000)

  afterAll(async () => {
    await browser.close()
    for (const shell of consoles) await shell.dispose()
    await alertmanager.dispose()
    await server.dispose()
  })

  it('shows the alert, lets one operator acknowledge it before the other, and resolves with the alert', async () => {
    const mira = await openConsole('mira')
    const jonas = await openConsole('jonas')

    alertmanager.fire(labels, { summary: title })
    const miraRow = mira.getByTestId('incident-row').filter({ hasText: title })
    const jonasRow = jonas.getByTestId('incident-row').filter({ hasText: title })
    await miraRow.waitFor()
    await jonasRow.waitFor()

    await miraRow.click()
    await mira.getByRole('heading', { name: title }).waitFor()
    await mira.keyboard.press('a')
    await mira
      .getByTestId('timeline')
      .getByText(/acknowledged/i)
      .first()
      .waitFor()

    await jonas.getByRole('tab', { name: /acknowledged/i }).click()
    await jonasRow.click()
    await jonas.getByTestId('timeline').getByText(/mira/).first().waitFor()

    alertmanager.end(labels)
    await jonas
      .getByTestId('timeline')
      .getByText(/resolved/i)
      .first()
      .waitFor()
    await mira.getByRole('tab', { name: /resolved/i }).click()
    await miraRow.waitFor()

    const incidents = await fetch(`${server.url}/v1/incidents`, {
      headers: { authorization: `Bearer ${server.adminToken}` },
    })
    const { items } = (await incidents.json()) as {
      items: { title: string; status: string; acknowledgedBy: { name: string } }[]
    }
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({ title, status: 'resolved', acknowledgedBy: { name: 'mira' } })
  }, 60_000)
})
