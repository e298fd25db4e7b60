import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { startConsoleProcess, type ConsoleProcess } from '../support/console-process.ts'
import { postJson } from '../support/post-events.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'

/** One operator does everything from the keyboard; another sees it come about on a console of their own. */

let browser: Browser
let server: ServerProcess
const shells: ConsoleProcess[] = []
let mira: Page
let jonas: Page
let rulesFolder = ''
const agent = new Agent({ keepAlive: true })

beforeAll(async () => {
  browser = await launchChromium()
  rulesFolder = mkdtempSync(join(tmpdir(), 'watchfloor-rules-'))
  const rules = join(rulesFolder, 'rules.json')
  const ledgers = { name: 'ledgers', match: [{ field: 'service', anyOf: ['ledger'] }], priority: 'P3' }
  writeFileSync(rules, JSON.stringify([ledgers]))
  server = await startServerProcess({ env: { WATCHFLOOR_LOG_LEVEL: 'warn', WATCHFLOOR_RULES: rules } })
  await report('disk-1', 'ledger', 'Disk full', 'error')
  await report('disk-2', 'ledger', 'Disk full', 'error')
  await report('lag', 'orders', 'Replication lag', 'warning')
  mira = await open('mira')
  jonas = await open('jonas')
}, 90_000)
afterAll(async () => {
  await browser.close()
  for (const shell of shells) await shell.dispose()
  await server.dispose()
  agent.destroy()
  rmSync(rulesFolder, { recursive: true, force: true })
})

async function report(dedupKey: string, service: string, title: string, severity: string): Promise<void> {
  const url = `${server.url}/v1/ingest/events`
  const body = JSON.stringify([{ dedupKey, service, title, severity, labels: { host: dedupKey } }])
  expect((await postJson(agent, url, server.adminToken, body)).status).toBe(202)
}

async function open(name: string): Promise<Page> {
  const shell = await startConsoleProcess({
    server: { url: server.url, token: server.createToken(name, 'responder') },
  })
  shells.push(shell)
  const page = await (await browser.newContext({ viewport: { width: 1600, height: 950 } })).newPage()
  await page.goto(shell.url)
  await page.getByTestId('incident-row').filter({ hasText: 'Disk full' }).click()
  await page.getByTestId('timeline').waitFor()
  return page
}

const timeline = (page: Page): Locator => page.getByTestId('timeline')

/** Both timelines have got a line that says so: the colleague's, and the operator's own. */
async function told(words: string | RegExp): Promise<void> {
  for (const page of [jonas, mira]) await timeline(page).getByText(words).first().waitFor()
}

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await mira.keyboard.press(key)
}

describe('an operator at the keyboard, and a colleague who sees it', () => {
  it('snoozes for an hour with two keys, and takes it back', async () => {
    await press('s')
    await mira.getByRole('form', { name: 'Snooze' }).waitFor()
    await press('2')
    await told(/Snoozed by mira until \d\d/)
    await jonas.getByText(/Snoozed until/).waitFor()
    expect(await mira.getByRole('form').count()).toBe(0)
    await press('u')
    await told('Unacknowledged by mira')
  })

  it('acknowledges for a quarter of an hour, and shows when that runs out', async () => {
    await press('A', '1')
    await jonas.getByText(/Acknowledgement runs out at (\d+ \w+ )?\d\d:\d\d/).waitFor()
    await told('Acknowledged by mira')
  })

  it('assigns to itself, to a name and to nobody', async () => {
    await press('o', 'Tab')
    await mira.keyboard.press('Escape')
    await press('o', '1')
    await told('Assigned to mira by mira')
    await press('o', '0')
    await told('Assigned to nobody by mira')
    await press('o')
    await mira.getByLabel('To', { exact: true }).fill('jonas')
    await press('Enter')
    await told('Assigned to jonas by mira')
    await press('o', '0')
    await expect.poll(() => timeline(jonas).getByText('Assigned to nobody by mira').count()).toBe(2)
  })

  it('sets a priority in place of a rule’s, and gives it back to the rule', async () => {
    const byRule = jonas.getByRole('group', { name: 'Facts' }).getByText('P3 by the rule ledgers')
    await byRule.waitFor()
    await press('p')
    await mira.getByRole('form').getByText('follow the rule ledgers (P3)').waitFor()
    await press('2')
    await jonas.getByText('P2 set by mira').waitFor()
    await told('Priority set to P2 by mira')
    await press('p', '0')
    await told('Priority set to P3 by mira')
    await jonas.getByText('P2 set by mira').waitFor({ state: 'detached' })
    await byRule.waitFor()
  })

  it('sees of an alert what its source says meanwhile, and when that counts', async () => {
    await report('disk-1', 'ledger', 'Disk full', 'warning')
    await jonas.getByText(/reports at most warning, which counts from \d\d:\d\d/).waitFor()
  })

  it('sets a follow-up with its reason, and removes it', async () => {
    await press('f')
    const at = mira.getByRole('textbox', { name: 'Look again at' })
    await at.fill('2 pm')
    await press('Enter')
    await mira.getByText('Write a time as 14:30').waitFor()
    await at.fill('+2h')
    await mira.getByRole('textbox', { name: 'Why' }).fill('vendor calls back')
    await press('Enter')
    await jonas.getByRole('group', { name: 'Facts' }).getByText('vendor calls back').waitFor()
    await told(/Follow-up set for \d\d:\d\d|Follow-up set for \d+ \w+/)
    await press('f')
    await mira.getByRole('form').getByRole('button', { name: 'Remove' }).press('Enter')
    await told('Follow-up removed by mira')
  })

  it('refers to a ticket, as a link, and refuses what is no address', async () => {
    await press('t')
    await mira.keyboard.type('NET-7')
    await mira.getByRole('textbox', { name: 'Address' }).fill('javascript:alert(1)')
    await press('Enter')
    await mira.getByText('An address starts with http').waitFor()
    await mira.getByRole('textbox', { name: 'Address' }).fill('https://tickets.example/NET-7')
    await press('Enter')
    const link = jonas.getByRole('group', { name: 'Facts' }).getByRole('link', { name: 'NET-7' })
    expect(await link.getAttribute('href')).toBe('https://tickets.example/NET-7')
    await press('t')
    await mira.getByRole('button', { name: 'Remove ticket NET-7' }).press('Enter')
    await told('Ticket NET-7 removed by mira')
    await press('Escape')
  })

  it('splits an alert off, and merges what came of it back', async () => {
    await press('d')
    await mira.getByRole('checkbox').first().press('Space')
    await press('Enter')
    await told('Alerts split off into #3 by mira')
    await press('m')
    await mira.keyboard.type('3')
    await press('Enter')
    await told('Merged into #3 by mira')
    await jonas.getByRole('group', { name: 'Facts' }).getByRole('button', { name: '#3' }).click()
    await timeline(jonas).getByText('Took in #1 by mira').waitFor()
  })

  it('names the team and the runbook of the service', async () => {
    await press('e')
    await mira.getByRole('form', { name: 'Service ledger' }).getByLabel('Team').fill('Storage SRE')
    await press('Enter')
    await jonas.locator('.head').getByText('Storage SRE').waitFor()
  })

  it('resolves, says the cause, and reopens', async () => {
    await mira.getByRole('group', { name: 'Facts' }).getByRole('button', { name: '#3' }).press('Enter')
    await mira.locator('.head .number').getByText('#3').waitFor()
    await press('r')
    await told('Resolved by mira')
    await mira.getByRole('button', { name: /^Cause/ }).waitFor()
    await press('c')
    await mira.keyboard.type('a log nobody rotates')
    await press('Enter')
    await jonas.getByRole('group', { name: 'Facts' }).getByText('a log nobody rotates').waitFor()
    await press('R')
    await told('Reopened by mira')
  })
})

describe('many incidents at once', () => {
  it('are acknowledged together, told one by one, and taken back with one click', async () => {
    for (const name of ['one', 'two', 'three'])
      await report(`bulk-${name}`, `bulk-${name}`, 'Fan lost', 'warning')
    await press('Escape', '1')
    const fans = mira.getByTestId('incident-row').filter({ hasText: 'Fan lost' })
    await press('/')
    await mira.keyboard.type('"Fan lost"')
    await mira.getByRole('tab', { name: /Needs me\s*3/ }).waitFor()
    await press('Enter', 'X')
    const bar = mira.getByRole('region', { name: 'Selected incidents' })
    await bar.getByText('3 selected').waitFor()
    await press('a')
    await bar.getByText('Acknowledge: 3 of 3 answered').waitFor()
    await jonas.getByRole('tab', { name: 'Acknowledged' }).click()
    const seen = jonas.getByTestId('incident-row').filter({ hasText: 'Fan lost' })
    await expect.poll(() => seen.count()).toBe(3)
    await bar.getByRole('button', { name: 'Undo' }).press('Enter')
    await bar.getByText('Undo: Acknowledge: 3 of 3 answered').waitFor()
    await expect.poll(() => fans.count()).toBe(3)
  })

  it('get a note each, a time to look again and a ticket, with a key and what belongs to it', async () => {
    const bar = mira.getByRole('region', { name: 'Selected incidents' })
    await press('X', 'n')
    await mira.keyboard.type('a fan tray was pulled')
    await press('Enter')
    await bar.getByText('Note: 3 of 3 answered').waitFor()
    await press('X', 't')
    await mira.keyboard.type('NET-9')
    await press('Enter')
    await bar.getByText('Ticket: 3 of 3 answered').waitFor()
    await press('X', 'f', '2')
    await bar.getByText('Follow-up: 3 of 3 answered').waitFor()
    await press('X', 'A', '1')
    await bar.getByText('Acknowledge: 3 of 3 answered').waitFor()
    const seen = jonas.getByTestId('incident-row').filter({ hasText: 'Fan lost' })
    await expect.poll(() => seen.count()).toBe(3)
    await seen.first().click()
    for (const words of ['a fan tray was pulled', 'Ticket NET-9', /Follow-up set for/])
      await timeline(jonas).getByText(words).first().waitFor()
    await jonas.getByText(/Acknowledgement runs out at/).waitFor()
  })

  it('lose the ticket again, and get a summary each', async () => {
    const bar = mira.getByRole('region', { name: 'Selected incidents' })
    await press('2', 'X', 'T')
    await mira.keyboard.type('NET-9')
    await press('Enter')
    await bar.getByText('Remove ticket: 3 of 3 answered').waitFor()
    await press('X', 'S')
    await bar.getByText('Summary: 3 of 3 answered').waitFor()
    await timeline(jonas).getByText('Ticket NET-9 removed').first().waitFor()
  })

  it('are resolved together, and their cause is said once', async () => {
    const bar = mira.getByRole('region', { name: 'Selected incidents' })
    await press('2', 'X', 'r')
    await bar.getByText('Resolve: 3 of 3 answered').waitFor()
    await press('3', 'X', 'c')
    await mira.keyboard.type('the shelf was moved')
    await press('Enter')
    await bar.getByText('Cause: 3 of 3 answered').waitFor()
    await timeline(jonas).getByText('the shelf was moved').first().waitFor()
  })
})
