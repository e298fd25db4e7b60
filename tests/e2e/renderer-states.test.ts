import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../support/axe.ts'
import { launchChromium } from '../support/chromium.ts'
import { leaveScenario, showScenario } from '../support/renderer-harness/harness-page.ts'
import type { Harness } from '../support/renderer-harness/harness-server.ts'
import { settledAction } from '../support/renderer-harness/sample-news.ts'
import { createScenario, scenarioNames, type ScenarioName } from '../support/renderer-harness/scenarios.ts'

/** The built page in every state that it can be in, with a scripted core behind its bridge. */

let browser: Browser
let harness: Harness
let page: Page
const troubles: string[] = []

const large = { width: 1600, height: 950 }

beforeAll(async () => {
  browser = await launchChromium()
  page = await browser.newPage({ viewport: large })
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text())
  })
})
afterAll(() => browser.close())

async function open(name: ScenarioName): Promise<void> {
  troubles.length = 0
  harness = await showScenario(page, name)
}
const leave = () => leaveScenario(page, harness)

describe('the page in every state', () => {
  afterEach(leave)

  it.each(scenarioNames)('%s: no axe violation, no error, nothing that the policy refuses', async (name) => {
    await open(name)
    const { board, failure } = createScenario(name)
    if (board.rows.length > 0 && failure === undefined) {
      await page.getByTestId('incident-row').first().click()
      await page.getByTestId('timeline').waitFor()
    }
    expect(await findViolations(page)).toEqual([])
    for (const size of [{ width: 1280, height: 720 }, large]) {
      await page.setViewportSize(size)
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(width).toBeLessThanOrEqual(size.width)
    }
    expect(troubles).toEqual([])
  })

  it('help, note and notices: no axe violation', async () => {
    await open('normal')
    await page.keyboard.press('j')
    await page.keyboard.press('n')
    await page.getByRole('textbox', { name: 'Note' }).waitFor()
    harness.push({ settled: [settledAction()] })
    await page.getByRole('alert').waitFor()
    expect(await findViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    expect(await findViolations(page)).toEqual([])
  })

  it('says "All quiet" only while it is live', async () => {
    await open('quiet')
    await page.getByText('All quiet').waitFor()
    harness.setFreshness({ state: 'blind', reason: 'refused' })
    await page.getByText('This is not an all-clear').waitFor()
    expect(await page.getByText('All quiet').count()).toBe(0)
  })

  it('shows event text as text, and only that', async () => {
    await open('longTexts')
    await page.getByTestId('incident-row').filter({ hasText: '<img src=x' }).click()
    await page.getByRole('heading', { name: '<img src=x onerror=alert(1)>' }).waitFor()
    expect(await page.locator('img').count()).toBe(0)
  })
})

/** One after the other on one page, as an operator would open them. */
describe('the forms of an incident', () => {
  beforeAll(async () => {
    await open('normal')
    await page.keyboard.press('j')
    await page.getByTestId('timeline').waitFor()
  })
  afterAll(leave)

  it.each([
    ['s', 'Snooze'],
    ['o', 'Assign'],
    ['n', 'Note'],
    ['p', 'Priority'],
    ['f', 'Follow-up'],
    ['t', 'Ticket'],
    ['m', 'Merge'],
    ['d', 'Split'],
    ['e', 'Service'],
    ['A', 'Acknowledge'],
    // Only what is resolved has a cause.
    ['c', 'Cause'],
  ])('%s, %s: no axe violation, and Esc gives the focus back', async (key, name) => {
    if (key === 'c') {
      await page.keyboard.press('r')
      await page.getByRole('button', { name: /^Cause/ }).waitFor()
    }
    await page.keyboard.press(key)
    await page.getByRole('form', { name }).waitFor()
    expect(await findViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('form').waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('listbox')
  })
})

describe('freshness on the page', () => {
  afterEach(leave)

  it('turns blind with its reason and the time, in the bar, the list, the title and the icon', async () => {
    await open('normal')
    await page.getByTestId('freshness').getByText('Live').waitFor()
    await expect.poll(() => page.title()).toBe('(8) Watchfloor')
    harness.setFreshness({ state: 'blind', reason: 'the server refused the connection', roundTripMs: null })
    await page.getByTestId('freshness').getByText('the server refused the connection').waitFor()
    await page.getByText('as of').waitFor()
    expect(await page.title()).toMatch(/^BLIND/)
    expect(await page.locator('link[rel="icon"]').getAttribute('href')).toMatch(/blind/)
    await page.getByRole('button', { name: 'Try now' }).click()
    await expect.poll(() => harness.calls.some(({ method }) => method === 'connectNow')).toBe(true)
  })

  it('turns blind when the shell goes, keeps the rows, and is live again when it is back', async () => {
    await open('normal')
    await page.getByTestId('incident-row').first().click()
    harness.setGone(true)
    await page.getByTestId('freshness').getByText('The console program does not answer').waitFor()
    expect(await page.getByTestId('incident-row').count()).toBe(8)
    await page.keyboard.press('a')
    await page.getByRole('alert').getByText('was not sent').waitFor()
    harness.setGone(false)
    await page.getByTestId('freshness').getByText('Live').waitFor()
    expect(harness.calls.filter(({ method }) => method === 'openBoard')).toHaveLength(2)
  })

  it('turns blind when the shell is there but silent', async () => {
    // Of its own, since its clock stays what the test makes it.
    const other = await browser.newPage({ viewport: large })
    await other.clock.install()
    harness = await showScenario(other, 'normal')
    await other.getByTestId('freshness').getByText('Live').waitFor()
    harness.freeze()
    // It lets the page connect again, which must not make it live.
    for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 2500) {
      await other.clock.runFor(2500)
      if (waitedMs < 15_000) continue
      await other.getByTestId('freshness').getByText('Blind').waitFor()
    }
    expect(await other.getByTestId('incident-row').count()).toBe(8)
    await other.close()
  })
})
