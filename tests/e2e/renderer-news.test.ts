import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../support/axe.ts'
import { launchChromium } from '../support/chromium.ts'
import { leaveScenario, showScenario } from '../support/renderer-harness/harness-page.ts'
import type { Harness } from '../support/renderer-harness/harness-server.ts'
import { awayAccount } from '../support/renderer-harness/sample-news.ts'
import { id, siteId } from '../support/renderer-harness/sample-rows.ts'
import type { ScenarioName } from '../support/renderer-harness/scenarios.ts'

/** What the built page tells an operator unasked: notices, absences, silent sources, a proxy that wants a login. */

let browser: Browser
let harness: Harness
let page: Page

beforeAll(async () => {
  browser = await launchChromium()
  page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
})
afterAll(() => browser.close())
afterEach(() => leaveScenario(page, harness))

async function open(name: ScenarioName): Promise<void> {
  harness = await showScenario(page, name)
}

const inputsOf = (method: string) =>
  harness.calls.flatMap((call) => (call.method === method ? [call.input] : []))

describe('notices', () => {
  it('are shown from the start, errors first, and are dismissed where they are kept', async () => {
    await open('returned')
    const notices = page.getByRole('region', { name: 'Notices' })
    const cards = notices.locator('.notice')
    await expect.poll(() => cards.count()).toBe(4)
    await cards.nth(0).getByText('was refused').waitFor()
    await cards.nth(1).getByText('kept aside').waitFor()
    await notices.getByText('Act again if it still needs you.').waitFor()
    await cards.nth(0).getByRole('button', { name: 'Dismiss' }).click()
    await cards.nth(0).getByRole('button', { name: 'Dismiss' }).click()
    await expect.poll(() => inputsOf('dismissSettled')).toHaveLength(1)
    await expect.poll(() => inputsOf('dismissNotice')).toHaveLength(1)
    await expect.poll(() => cards.count()).toBe(2)
    harness.push({ settledDismissed: [id(9, 9)], notices: [] })
    await notices.waitFor({ state: 'detached' })
  })

  it('leave the actions of the incident free, however many there are', async () => {
    await open('returned')
    await page.getByTestId('incident-row').first().click()
    await page.getByText('Note of').waitFor()
    await page.getByRole('button', { name: /^Acknowledge/ }).click({ trial: true })
  })
})

describe('the bar', () => {
  it('says what was missed, in full by keyboard, until it is dismissed', async () => {
    await open('returned')
    const away = page.getByTestId('away')
    const line = away.getByRole('button', {
      name: 'You were away 3 min 12 s: 14 changes caught up, none lost',
    })
    await line.focus()
    await away.getByText('2 incidents triggered · 1 resolved · 3 changed otherwise.').waitFor()
    expect(await findViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await away.getByText('2 incidents triggered').waitFor({ state: 'hidden' })
    await away.getByRole('button', { name: 'Dismiss the account of the absence' }).click()
    await away.waitFor({ state: 'detached' })
    await expect.poll(() => inputsOf('dismissAway')).toEqual([{ siteId }])
  })

  it('says plainly when not everything could be caught up', async () => {
    await open('normal')
    harness.push({ away: [awayAccount({ lost: 'Events from 02:11 to 03:04 are not in the feed.' })] })
    const away = page.getByTestId('away')
    await away.getByText('not everything could be caught up').waitFor()
    await away.getByRole('button').first().hover()
    await away.getByText('Events from 02:11 to 03:04 are not in the feed.').waitFor()
    expect(await away.getByText('none lost').count()).toBe(0)
  })

  it('names the silent sources for the pointer and for the keyboard, apart from freshness', async () => {
    await open('returned')
    const name = /1 of 4 sources silent since (\d+ \w+ )?\d\d:\d\d/
    await page.getByRole('button', { name }).focus()
    const panel = page.getByRole('group', { name: 'Silent sources' })
    await panel.getByText('zabbix').waitFor()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'hidden' })
    await page.getByRole('button', { name }).hover()
    await panel.getByText('zabbix').waitFor()
    await page.getByTestId('freshness').getByText('Live · polling').waitFor()
  })

  it('takes the login that a proxy asks for', async () => {
    await open('proxyLogin')
    const form = page.getByRole('form', { name: /The proxy at http:\/\/proxy.example:3128 asks for a login/ })
    await form.getByRole('button', { name: 'Log in' }).click()
    await form.getByText('A user name is needed.').waitFor()
    await form.getByLabel('User name').fill('mira')
    await form.getByLabel('Password').fill(' secret ')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => inputsOf('setProxyLogin'))
      .toEqual([{ proxy: 'http://proxy.example:3128', user: 'mira', password: ' secret ' }])
    await form.getByText('Given to the proxy at').waitFor()
    expect(await form.getByLabel('Password').inputValue()).toBe('')
    harness.setFreshness({})
    await form.waitFor({ state: 'detached' })
  })
})

describe('the rate', () => {
  it('is called a storm above 100 events a second', async () => {
    // Nothing happens here that has a rate of its own.
    await open('quiet')
    harness.push({ eventsPerSecond: 100 })
    await page.getByText('100', { exact: true }).waitFor()
    expect(await page.getByText('Storm', { exact: true }).count()).toBe(0)
    harness.push({ eventsPerSecond: 101 })
    await page.getByText('Storm', { exact: true }).waitFor()
  })
})
