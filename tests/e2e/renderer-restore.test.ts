import Database from 'better-sqlite3'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { startConsoleProcess, type ConsoleProcess } from '../support/console-process.ts'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'

/** A server that comes back with another log, and the list that an operator is in the middle of. */

let browser: Browser
let server: ServerProcess
let shell: ConsoleProcess
let page: Page
let pill: Locator
const agent = new Agent({ keepAlive: true })
const folders: string[] = []

beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(async () => {
  agent.destroy()
  await browser.close()
})
beforeEach(async () => {
  server = await startServerProcess()
  const token = server.createToken('mira', 'responder')
  await report('before', 200)
  shell = await startConsoleProcess({ server: { url: server.url, token } })
  page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
  await page.goto(shell.url)
  pill = page.getByTestId('freshness')
  await pill.getByText('Live').waitFor()
  await page.getByRole('tab', { name: /Needs me\s*200/ }).waitFor()
})
afterEach(async () => {
  await page.close()
  await shell.dispose()
  await server.dispose()
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

async function report(name: string, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, index) => ({
    ...sampleEvent(index),
    id: `${name}-${index}`,
    dedupKey: `${name}-${index}`,
    severity: 'error',
    service: `${name}-${index}`,
    title: `${name} ${index} is down`,
  }))
  const url = `${server.url}/v1/ingest/events`
  expect((await postJson(agent, url, server.adminToken, JSON.stringify(events))).status).toBe(202)
}

/** Stops the server, and starts it on the same port from a copy of its folder as a restored backup is: another log. */
async function restore(): Promise<void> {
  const old = server
  await old.stop()
  const dataDir = await mkdtemp(join(tmpdir(), 'watchfloor-restored-'))
  folders.push(old.dataDir)
  await cp(old.dataDir, dataDir, { recursive: true })
  renewEpoch(dataDir)
  server = await startServerProcess({ dataDir, port: Number(new URL(old.url).port) })
}

function renewEpoch(folder: string): void {
  const database = new Database(join(folder, 'watchfloor.db'))
  const { changes } = database.prepare("update meta set value = ? where key = 'epoch'").run(uuidv7())
  database.close()
  expect(changes).toBe(1)
}

/** Where the operator is: which row is selected, where it stands, and how far the list is scrolled. */
async function place() {
  const selected = page.getByRole('option', { selected: true })
  return {
    selected: await selected.getAttribute('id'),
    top: (await selected.boundingBox())?.y,
    scrollTop: await page.locator('.rows').evaluate((list) => list.scrollTop),
    heading: await page.getByRole('heading', { level: 2 }).textContent(),
  }
}

async function scrollAndSelect(): Promise<void> {
  await page.locator('.rows').evaluate((list) => list.scrollTo({ top: 3010 }))
  await page.getByTestId('incident-row').filter({ hasText: 'before 100 is' }).click()
  await page.getByTestId('timeline').waitFor()
}

describe('a server that comes back with another log', () => {
  it('leaves selection, rows and scrolling where they are, when it has the same incidents', async () => {
    await scrollAndSelect()
    const before = await place()
    expect(before.scrollTop).toBe(3010)
    await restore()
    await report('after', 1)
    await page.getByRole('button', { name: /1 new/ }).waitFor()
    await pill.getByText('Live').waitFor()
    expect(await place()).toEqual(before)
    expect(await page.getByText('No longer on the board').count()).toBe(0)
    await page.keyboard.press('j')
    await page.getByRole('heading', { name: 'before 99 is down' }).waitFor()
  })
})
