import { Agent } from 'node:http'
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { startConsoleProcess, type ConsoleProcess } from '../support/console-process.ts'
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'

/** A real server behind a network that breaks, a real console, and what the operator sees of it in Chromium. */

const heartbeatMs = 500
const staleMs = 2000
const deadMs = 6000
const intervals = {
  WATCHFLOOR_HEARTBEAT_MS: String(heartbeatMs),
  WATCHFLOOR_STALE_MS: String(staleMs),
  WATCHFLOOR_DEAD_MS: String(deadMs),
}

let browser: Browser
let server: ServerProcess
let proxy: FaultProxy
let shell: ConsoleProcess
let page: Page
const agent = new Agent({ keepAlive: true })

beforeAll(async () => {
  browser = await launchChromium()
  server = await startServerProcess({ env: intervals })
  proxy = await startFaultProxy(Number(new URL(server.url).port))
  const token = server.createToken('mira', 'responder')
  shell = await startConsoleProcess({ server: { url: `http://127.0.0.1:${proxy.port}`, token } })
})
afterAll(async () => {
  agent.destroy()
  await browser.close()
  await shell.dispose()
  await proxy.close()
  await server.dispose()
})
afterEach(() => proxy.heal())

async function report(from: number, count: number): Promise<void> {
  const token = server.adminToken
  const events = Array.from({ length: count }, (_, index) => ({
    ...sampleEvent(from + index),
    severity: 'error',
    service: `service-${from + index}`,
  }))
  const { status } = await postJson(agent, `${server.url}/v1/ingest/events`, token, JSON.stringify(events))
  expect(status).toBe(202)
}

describe('a console whose connection stalls', () => {
  it('goes stale, then blind, with an action waiting, and comes back with it done and an account', async () => {
    await report(0, 3)
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
    await page.goto(shell.url)
    const pill = page.getByTestId('freshness')
    const row = page.getByTestId('incident-row').filter({ hasText: 'host-1' })
    await pill.getByText('Live').waitFor()
    await row.click()
    await page.getByTestId('timeline').waitFor()

    // Each change of the word, with its time, as the operator could have seen it.
    await page.evaluate(() => {
      const word = document.querySelector('[data-testid="freshness"] b')
      const seen: [number, string][] = []
      Object.assign(window, { seen })
      const look = () => {
        const text = document.querySelector('[data-testid="freshness"] b')?.textContent ?? ''
        if (seen.at(-1)?.[1] !== text) seen.push([Date.now(), text])
      }
      look()
      new MutationObserver(look).observe(word?.closest('header') ?? document.body, {
        subtree: true,
        childList: true,
        characterData: true,
      })
    })
    const stalledAt = Date.now()
    proxy.up.isStalled = true
    proxy.down.isStalled = true
    await report(3, 14)

    await pill.getByText('Stale').waitFor()
    await pill.getByText('since').waitFor()
    await page.keyboard.press('a')
    await row.getByText('ack pending').waitFor()
    await pill.getByText('Blind').waitFor()
    await pill.locator('.reason').waitFor()
    await pill.getByText(/next attempt in|trying now/).waitFor()
    await pill.getByText('1 action pending').waitFor()
    await row.getByText('ack pending · offline').waitFor()
    await page.getByText('as of').waitFor()

    // While nothing passes: afterwards it may be back by itself before the button is hit.
    const attempts = proxy.accepted
    await page.getByRole('button', { name: 'Try now' }).click()
    await expect.poll(() => proxy.accepted).toBeGreaterThan(attempts)
    const healedAt = Date.now()
    proxy.heal()
    await pill.getByText('Live').waitFor()
    await page.getByRole('button', { name: 'Unacknowledge' }).waitFor()
    await row.getByText('ack pending').waitFor({ state: 'detached' })
    const away = page.getByTestId('away')
    await away.getByText(/You were away .* caught up, none lost/).waitFor()
    await page.getByRole('button', { name: /14 new/ }).waitFor()

    const seen = await page.evaluate(() => (window as unknown as { seen: [number, string][] }).seen)
    const words = seen.map(([, word]) => word)
    // Between blind and live it may say what it is still catching up with, but "Live" only before and after.
    expect(words.slice(0, 3)).toEqual(['Live', 'Stale', 'Blind'])
    expect(words.flatMap((word, index) => (word === 'Live' ? [index] : []))).toEqual([0, words.length - 1])
    const leftLiveAt = seen[1]?.[0] ?? Number.NaN
    // A heartbeat before the stall may be the last heard; a second for a busy machine.
    expect(leftLiveAt - stalledAt).toBeLessThan(staleMs + 1000)
    expect(seen.findLast(([, word]) => word === 'Live')?.[0]).toBeGreaterThan(healedAt)
    await away.getByRole('button', { name: 'Dismiss the account of the absence' }).click()
    await page.reload()
    await pill.getByText('Live').waitFor()
    expect(await away.count()).toBe(0)
    await page.close()
  })
})
