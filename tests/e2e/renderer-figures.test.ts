import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findViolations } from '../support/axe.ts'
import { launchChromium } from '../support/chromium.ts'
import { leaveScenario, showScenario } from '../support/renderer-harness/harness-page.ts'
import type { Harness } from '../support/renderer-harness/harness-server.ts'
import { figures } from '../support/renderer-harness/sample-figures.ts'
import { id, incidentId, site, siteId } from '../support/renderer-harness/sample-rows.ts'

/** The figures beside the board: read, judged, and leading to what is behind them. */

const dayMs = 86_400_000
let browser: Browser
let harness: Harness
let page: Page

beforeAll(async () => {
  browser = await launchChromium()
  page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
})
afterAll(() => browser.close())
beforeEach(async () => {
  harness = await showScenario(page, 'normal')
})
afterEach(() => leaveScenario(page, harness))

const asked = (): { siteId: string; from: number; to: number; team: string | null }[] =>
  harness.calls.flatMap(({ method, input }) =>
    method === 'figures' ? [input as ReturnType<typeof asked>[0]] : [],
  )
const row = (name: string) => page.getByRole('row', { name })

describe('the figures', () => {
  it('are asked for the last day, and for another time when that is chosen', async () => {
    await page.keyboard.press('v')
    await page.getByRole('dialog', { name: 'Figures' }).getByText('ANSWERING').waitFor()
    await page.getByLabel('Time').selectOption('Last 7 days')
    await expect.poll(() => asked().length).toBe(2)
    const spans = asked().map(({ from, to }) => Math.round((to - from) / dayMs))
    expect(spans).toEqual([1, 7])
    expect(asked()[0]).toMatchObject({ siteId })
    await page.getByRole('button', { name: 'Read anew' }).click()
    await expect.poll(() => asked().length).toBe(3)
  })

  it('are of all services, or of those of a team', async () => {
    await page.keyboard.press('v')
    await page.getByRole('dialog').getByLabel('Services').selectOption('payments')
    await page.getByText('of the services of payments').waitFor()
    expect(await findViolations(page)).toEqual([])
    await page.getByRole('dialog').getByLabel('Time').selectOption('Last 7 days')
    await expect.poll(() => asked().map(({ team }) => team)).toEqual([null, 'payments', 'payments'])
    // Nor does a team with a long name move anything out of sight.
    await page.getByRole('dialog').getByLabel('Services').selectOption({ index: 3 })
    await page.getByText('of the services of platform').waitFor()
    const overhang = ({ scrollWidth, clientWidth }: Element) => scrollWidth - clientWidth
    expect(await page.getByRole('dialog').evaluate(overhang)).toBe(0)
    await page.getByRole('dialog').getByLabel('Services').selectOption('All services')
    await expect.poll(() => asked().at(-1)?.team).toBeNull()
    await page.getByText('of the services of').waitFor({ state: 'detached' })
  })

  it('say what each is, what it should be, and whether it is', async () => {
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('button', { name: 'Figures' }).click()
    await row('first acknowledged (MTTA) 4 min 12 s 2 min 6 s 11 min 0 s 38').waitFor()
    await row('Alarms in 10 minutes, on average 2.9 up to 2 too high').waitFor()
    await row('Standing over 24 hours, worst day 2 below 5 good').waitFor()
    await row('Chattering keys (3 in a minute) 12 none too high').waitFor()
    await row('Time in flood (over 10 in 10 minutes) 2.8 % below 1 % too high').waitFor()
    await page.getByText('The log was read from').waitFor()
    for (const each of await page.locator('.offenders summary').all()) await each.click()
    expect(await findViolations(page)).toEqual([])
    // Not even a key of one word makes anything stand out at the side.
    const body = page.getByRole('region', { name: 'Figures' })
    expect(await body.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
  })

  it('lead to the incident behind them, also off the board, on the server that counted', async () => {
    const other = { ...site(false), siteId: id(1, 2), name: 'Amsterdam' }
    harness.push({ sites: [other, site(false)] })
    await page.getByText('8 sources heard').waitFor()
    await page.keyboard.press('v')
    await page.getByRole('dialog').getByLabel('Server').selectOption('Frankfurt')
    await expect.poll(() => asked().map((each) => each.siteId)).toEqual([id(1, 2), siteId])
    await page.locator('.offenders summary').first().click()
    await page.getByRole('button', { name: '#977 p99 latency 2.3 s' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect
      .poll(() => harness.calls.findLast(({ method }) => method === 'openIncident')?.input)
      .toEqual({ siteId, incidentId: incidentId(977) })
  })

  it('lead to the events of a key', async () => {
    await page.keyboard.press('v')
    await row('Chattering keys').first().waitFor()
    await page.locator('tbody', { hasText: 'Chattering keys' }).locator('summary').click()
    await page.getByRole('button', { name: 'Disk 90 % on orders-0' }).first().click()
    await page.getByRole('dialog', { name: 'Search the log' }).waitFor()
    await expect
      .poll(() => harness.calls.findLast(({ method }) => method === 'findInLog')?.input)
      .toEqual({ siteId, about: 'events', text: 'key:disk/orders-0 source:alertmanager', after: null })
  })

  it('say why there are none', async () => {
    await leaveScenario(page, harness)
    harness = await showScenario(page, 'blind')
    await page.keyboard.press('v')
    const words = 'There are no figures: nothing answers at the address of the server.'
    await page.getByRole('alert').getByText(words).waitFor()
    expect(await findViolations(page)).toEqual([])
  })
})

describe('a count that takes its time', () => {
  const dialog = () => page.getByRole('dialog', { name: 'Figures' })
  const status = () => dialog().getByRole('status')
  const spans = () => asked().map(({ from, to }) => Math.round((to - from) / dayMs))
  const given = ({ from, to }: { from: number; to: number }) => ({ ok: true, value: figures(from, to) })
  const busy = { ok: false, code: 'busy', message: 'other figures are being computed', retryAfterMs: 1_500 }
  const choose = (range: string) => dialog().getByLabel('Time').selectOption(range)

  it('is followed by what was chosen last during it, which says so while it waits', async () => {
    const answers: (() => void)[] = []
    harness.answerWith(
      'figures',
      (input: never) => new Promise((resolve) => answers.push(() => resolve(given(input)))),
    )
    await page.keyboard.press('v')
    await status().getByText('The server is counting…').waitFor()
    await choose('Last 7 days')
    await choose('Last 30 days')
    await status().getByText('The server still counts what was chosen before; this comes next…').waitFor()
    expect(await findViolations(page)).toEqual([])
    expect(spans()).toEqual([1])
    answers[0]?.()
    await expect.poll(spans).toEqual([1, 30])
    await status().getByText('The server is counting…').waitFor()
    expect(await dialog().getByText('ANSWERING').count()).toBe(0)
    answers[1]?.()
    await dialog().getByText('ANSWERING').waitFor()
    expect(await status().innerText()).toBe('')
  })

  it('for somebody else is waited for without a press, and only while the dialog is open', async () => {
    harness.answerWith('figures', () => busy)
    await page.keyboard.press('v')
    await status().getByText('Another count is going on; waiting…').waitFor()
    await expect.poll(() => asked().length, { timeout: 5_000 }).toBe(2)
    expect(await dialog().getByRole('alert').count()).toBe(0)
    expect(await findViolations(page)).toEqual([])
    harness.answerWith('figures', given)
    await dialog().getByText('ANSWERING').waitFor()
    harness.answerWith('figures', () => busy)
    await choose('Last 7 days')
    await status().getByText('Another count is going on; waiting…').waitFor()
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
    const before = asked().length
    await page.waitForTimeout(2_500)
    expect(asked()).toHaveLength(before)
  })
})
