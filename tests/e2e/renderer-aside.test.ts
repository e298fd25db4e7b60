import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../support/axe.ts'
import { launchChromium } from '../support/chromium.ts'
import { startHarness, type Harness } from '../support/renderer-harness/harness-server.ts'
import { settledAction } from '../support/renderer-harness/sample-news.ts'
import { id, site, stormRows } from '../support/renderer-harness/sample-rows.ts'
import type { ScenarioName } from '../support/renderer-harness/scenarios.ts'

/** What stands beside the list only when it is needed: the bar for many incidents, the demo's storm. */

let browser: Browser
let harness: Harness
let page: Page

beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())
afterEach(async () => {
  await page.close()
  await harness.close()
})

async function open(name: ScenarioName): Promise<void> {
  harness = await startHarness(name)
  page = await (await browser.newContext({ viewport: { width: 1600, height: 950 } })).newPage()
  await page.goto(harness.url)
  await page.locator('.console').waitFor()
}

describe('the bar for many incidents', () => {
  it('has no axe violation: with its forms, asking, under way, and over with refusals', async () => {
    await open('quiet')
    harness.push({ rows: stormRows(120) })
    await page.getByTestId('incident-row').first().waitFor()
    const bar = page.getByRole('region', { name: 'Selected incidents' })
    await page.keyboard.press('X')
    await bar.getByText(/selected$/).waitFor()
    for (const key of ['s', 'o', 'n']) {
      await page.keyboard.press(key)
      await bar.locator('.bulk-form').waitFor()
      expect(await findViolations(page, '.bulk')).toEqual([])
      await page.keyboard.press('Escape')
    }
    await page.keyboard.press('r')
    await bar.getByRole('alertdialog').waitFor()
    expect(await findViolations(page, '.bulk')).toEqual([])
    await bar
      .getByRole('alertdialog')
      .getByRole('button', { name: /^Resolve/ })
      .press('Enter')
    await bar.getByRole('progressbar').waitFor()
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('listbox')
    expect(await findViolations(page, '.bulk')).toEqual([])
    const sent = harness.calls.find(({ method }) => method === 'actMany')?.input as { actions: unknown[] }
    harness.push({
      settled: sent.actions.map((_, index) =>
        settledAction({
          commandId: id(9, index),
          status: index < 6 ? 'conflict' : 'done',
          number: index + 1,
        }),
      ),
    })
    await bar.getByText('and 2 more').waitFor()
    expect(await findViolations(page, '.bulk')).toEqual([])
  })

  it.each([1280, 900])('offers the rarer ones behind one button, above it, %i pixels wide', async (width) => {
    await open('normal')
    await page.setViewportSize({ width, height: 720 })
    const bar = page.getByRole('region', { name: 'Selected incidents' })
    const more = bar.getByRole('group', { name: 'More for the selected incidents' })
    const sent = () =>
      harness.calls.flatMap(({ method, input }) =>
        method === 'actMany'
          ? [(input as { actions: { body: object }[] }).actions.map(({ body }) => body)]
          : [],
      )
    await page.keyboard.press('X')
    await bar.getByRole('button', { name: 'More' }).focus()
    await more.waitFor()
    expect(await more.getByRole('button').allTextContents()).toEqual([
      'Unacknowledge u',
      'Reopen R',
      'Summary S',
      'Remove ticket T',
    ])
    expect(await findViolations(page, '.bulk')).toEqual([])
    // Below it lie the events, and then the end of the screen.
    const top = (await bar.getByRole('button', { name: 'More' }).boundingBox())?.y ?? 0
    const box = await more.boundingBox()
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(top + 1)
    for (const button of await more.getByRole('button').all())
      await button.click({ trial: true, timeout: 2_000 })
    await more.getByRole('button', { name: 'Remove ticket' }).press('Enter')
    await bar.getByRole('textbox', { name: 'The ticket to remove, where it is' }).fill('NET-9')
    expect(await findViolations(page, '.bulk')).toEqual([])
    await page.keyboard.press('Enter')
    await expect.poll(() => sent().at(-1)?.length).toBe(8)
    expect(sent().at(-1)?.[0]).toMatchObject({ kind: 'removeTicket', key: 'NET-9' })
    await page.keyboard.press('X')
    await bar.getByRole('button', { name: 'More' }).focus()
    await more.getByRole('button', { name: 'Summary' }).press('Enter')
    await expect.poll(() => sent().at(-1)?.[7]).toMatchObject({ kind: 'summarise' })
    await bar.getByText('Summary: 0 of 8 answered').waitFor()
    await page.keyboard.press('2')
    await page.keyboard.press('X')
    await bar.getByRole('button', { name: 'More' }).focus()
    await more.getByRole('button', { name: 'Unacknowledge' }).press('Enter')
    await expect
      .poll(() => sent().at(-1))
      .toMatchObject(Array.from({ length: 4 }, () => ({ kind: 'unacknowledge' })))
    await page.keyboard.press('3')
    await page.keyboard.press('X')
    await bar.getByRole('button', { name: 'More' }).focus()
    await more.getByRole('button', { name: 'Reopen' }).press('Enter')
    await expect.poll(() => sent().at(-1)).toMatchObject([{ kind: 'reopen' }, { kind: 'reopen' }])
  })
})

describe('the storm of the demo', () => {
  it('is offered beside the keys, says what it does, and why it does not begin', async () => {
    await open('normal')
    await page.keyboard.press('?')
    const help = page.getByRole('dialog')
    await help.getByText('next, previous incident').waitFor()
    // No real server gets one from here.
    expect(await help.getByRole('button').allInnerTexts()).toEqual(['Close'])
    harness.push({ sites: [{ ...site(false), isDemo: true }] })
    const start = help.getByRole('button', { name: 'Start a storm' })
    await help.getByText('Nothing of it is real').waitFor()
    expect(await findViolations(page, '.help')).toEqual([])
    await start.press('Enter')
    await help.waitFor({ state: 'detached' })
    expect(harness.calls.filter(({ method }) => method === 'startStorm')).toEqual([
      { method: 'startStorm', input: { siteId: site(false).siteId } },
    ])
    // The list has the focus again a moment after the dialog is gone.
    const offered = async () => {
      if (!(await help.isVisible())) await page.keyboard.press('?')
      return start.isVisible()
    }
    await expect.poll(offered).toBe(true)
    await start.press('Enter')
    await help.getByRole('alert').getByText('A storm is going on: one at a time.').waitFor()
    expect(await findViolations(page, '.help')).toEqual([])
  })
})
