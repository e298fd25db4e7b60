import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findViolations } from '../support/axe.ts'
import { launchChromium } from '../support/chromium.ts'
import { leaveScenario, showScenario } from '../support/renderer-harness/harness-page.ts'
import type { Harness } from '../support/renderer-harness/harness-server.ts'
import {
  foundInLog,
  loggedEvent,
  loggedIncident,
  previewAnswer,
  previewedIncident,
} from '../support/renderer-harness/sample-reads.ts'
import { id, incidentId, site, siteId } from '../support/renderer-harness/sample-rows.ts'

/** The dialogs that ask a server itself, at the keyboard, with a scripted server. */

let browser: Browser
let harness: Harness
let page: Page

const small = { width: 1280, height: 720 }

beforeAll(async () => {
  browser = await launchChromium()
  page = await browser.newPage({ viewport: small })
})
afterAll(() => browser.close())
beforeEach(async () => {
  await page.setViewportSize(small)
  harness = await showScenario(page, 'normal')
})
afterEach(() => leaveScenario(page, harness))

/** Gone from the page: one that is only shut has not yet told the page so, which answers no key before. */
const closed = () => page.locator('dialog').waitFor({ state: 'detached' })
const asked = (method: string): unknown[] =>
  harness.calls.filter((call) => call.method === method).map(({ input }) => input)
const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')
const unreachable = {
  ok: false,
  code: 'unreachable',
  message: 'nothing answers at the address of the server',
}

/** What goes beyond its place: nothing in the dialog may be wider than it, but what scrolls by itself. */
async function expectNothingWider(): Promise<void> {
  const wide = await page.locator('dialog').evaluate((dialog) => {
    const { right } = dialog.getBoundingClientRect()
    const tooWide = [...dialog.querySelectorAll('*')].filter((each) => {
      const isClipped = each.closest(
        'textarea, option, .found-title, .found-labels, .may-shrink, .said code, .previewed-title, .previewed-service',
      )
      return !isClipped && each.getBoundingClientRect().right > right + 1
    })
    const scrolled = [...dialog.querySelectorAll('section, form, .rules')].filter(
      (each) => each.scrollWidth > each.clientWidth + 1,
    )
    return [...tooWide, ...scrolled].map((each) => each.outerHTML.slice(0, 100))
  })
  expect(wide).toEqual([])
}

const long = 'Filesystem usage above threshold on every node of the cluster in hall B '
  .repeat(14)
  .slice(0, 1000)
const word = 'https://monitoring.example/a-word-with-no-place-to-break'.repeat(18).slice(0, 1000)
const rtl = 'قاعدة البيانات متوقفة · 数据库停止响应 · '.repeat(20)
const key = 'k'.repeat(255)

describe('the search in the log', () => {
  const dialog = () => page.getByRole('dialog', { name: 'Search the log' })
  const field = () => dialog().getByRole('combobox', { name: 'What to search for' })
  const found = () => dialog().locator('.found > li')

  async function search(text: string, about: 'Incidents' | 'Events' = 'Events'): Promise<void> {
    await page.keyboard.press('y')
    await dialog().getByRole('radio', { name: about }).check()
    await field().fill(text)
    await field().press('Enter')
  }

  it('begins with what can be written, and a click writes it', async () => {
    await page.getByRole('button', { name: 'Search log' }).click()
    expect(await findViolations(page)).toEqual([])
    await dialog().getByRole('radio', { name: 'Events' }).check()
    await dialog().getByRole('button', { name: 'Write key:"disk/orders-1"' }).click()
    expect(await field().inputValue()).toBe('key:"disk/orders-1"')
    expect(asked('findInLog')).toEqual([])
    await page.keyboard.press('Enter')
    await expect
      .poll(() => asked('findInLog'))
      .toEqual([{ siteId, about: 'events', text: 'key:"disk/orders-1"', after: null }])
  })

  it('is read page by page at the keyboard, and leads to an incident', async () => {
    await search('disk')
    await dialog().getByText('4 events so far, newest first').waitFor()
    await found().nth(3).getByText('no effect: no open alert has this key').waitFor()
    const labels = found().nth(1).locator('.found-labels')
    expect(await labels.textContent()).toBe('Labels env=prod · zone=eu-1b · node=orders-1.fra1.example')
    expect(await labels.getAttribute('title')).toBe('env=prod\nzone=eu-1b\nnode=orders-1.fra1.example')
    expect(await findViolations(page)).toEqual([])
    for (let index = 0; index < 4; index += 1) await page.keyboard.press('ArrowDown')
    expect(await focused()).toBe('More')
    await page.keyboard.press('Enter')
    await dialog().getByText('8 events so far').waitFor()
    expect(await focused()).toBe('More')
    await page.keyboard.press('Enter')
    await dialog().getByText('12 events in all').waitFor()
    await dialog().getByText('That is all: the whole log was looked through.').waitFor()
    // The button is gone: the focus stays with what was found.
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'What was found',
    )
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await dialog().waitFor({ state: 'detached' })
    await page.locator('.head').getByText('#1042').waitFor()
    await expect.poll(() => asked('openIncident').at(-1)).toEqual({ siteId, incidentId: incidentId(1042) })
  })

  it('finds incidents that the board does not have, and asks the server for them that was searched', async () => {
    const other = { ...site(false), siteId: incidentId(77), name: 'Amsterdam' }
    harness.push({ sites: [site(false), other] })
    harness.answerWith('findInLog', () => ({
      ok: true,
      value: {
        incidents: [
          loggedIncident(900, { status: 'resolved', resolvedAt: Date.now() - 3_600_000, flapCount: 3 }),
          loggedIncident(899, {
            serviceIds: [1, 2, 3, 4, 5].map((each) => id(6, each)),
            serviceNames: ['checkout', 'edge', 'ledger'],
          }),
          loggedIncident(898, { serviceNames: [] }),
        ],
        events: [],
        next: null,
      },
    }))
    await page.keyboard.press('y')
    await dialog().getByLabel('Server').selectOption('Amsterdam')
    await field().fill('lag')
    await page.keyboard.press('Enter')
    await found().getByText('#900').waitFor()
    await found().getByText('resolved at').waitFor()
    const services = found().locator('.found-facts > :first-child')
    expect(await services.allInnerTexts()).toEqual(['orders-db', 'checkout, edge, ledger +2', '1 service'])
    expect(await findViolations(page)).toEqual([])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => asked('openIncident').at(-1))
      .toEqual({ siteId: incidentId(77), incidentId: incidentId(900) })
  })

  it('completes what is written for, and says what is wrong at its characters, without asking', async () => {
    await page.keyboard.press('y')
    await dialog().getByRole('radio', { name: 'Events' }).check()
    await field().fill('eff')
    await dialog().getByRole('option', { name: 'effect field' }).waitFor()
    // Esc takes the suggestions away before it closes the dialog.
    await page.keyboard.press('Escape')
    await expect.poll(() => dialog().getByRole('option').count()).toBe(0)
    await field().fill('status:resolved x')
    await dialog().locator('mark').getByText('status', { exact: true }).waitFor()
    await dialog().getByText('status is a field of incidents').waitFor()
    await page.keyboard.press('Enter')
    expect(await findViolations(page)).toEqual([])
    expect(asked('findInLog')).toEqual([])
    await dialog().getByRole('radio', { name: 'Incidents' }).check()
    expect(await dialog().locator('mark').count()).toBe(0)
  })

  it('goes on where a page has nothing in it, and says whether nothing is final', async () => {
    const pages: Record<string, unknown> = {
      first: { incidents: [], events: [], next: 'second' },
      second: { incidents: [], events: [loggedEvent(1)], next: 'third' },
      third: { incidents: [], events: [], next: 'fourth' },
      fourth: { incidents: [], events: [], next: null },
    }
    harness.answerWith('findInLog', ({ after }: { after: string | null }) => ({
      ok: true,
      value: pages[after ?? 'first'],
    }))
    await search('disk')
    await dialog().getByText('No event so far').waitFor()
    expect(await findViolations(page)).toEqual([])
    const further = dialog().getByRole('button', { name: 'Look further back' })
    await further.press('Enter')
    await found().getByText('Disk 98 %').waitFor()
    expect(await focused()).toBe('More')
    await page.keyboard.press('Enter')
    await dialog().getByText('The part that was looked through last holds no more').waitFor()
    await page.keyboard.press('Enter')
    await dialog().getByText('That is all').waitFor()
    await field().fill('nowhere')
    harness.answerWith('findInLog', (input: never) => ({ ok: true, value: foundInLog(input) }))
    await field().press('Enter')
    await dialog().getByText('No event fits').waitFor()
    await dialog().getByText('The whole log was looked through').waitFor()
    expect(await findViolations(page)).toEqual([])
  })

  it('shows the answer to the newest question, when an older one comes late', async () => {
    const answers: ((text: string) => void)[] = []
    harness.answerWith(
      'findInLog',
      () =>
        new Promise((resolve) => {
          answers.push((title) =>
            resolve({
              ok: true,
              value: { incidents: [], events: [loggedEvent(0, { title })], next: null },
            }),
          )
        }),
    )
    await search('disk')
    await dialog().getByText('Frankfurt searches its log').waitFor()
    expect(await findViolations(page)).toEqual([])
    await field().fill('lag')
    await field().press('Enter')
    await expect.poll(() => answers.length).toBe(2)
    answers[1]?.('of the newer question')
    await found().getByText('of the newer question').waitFor()
    answers[0]?.('of the older question')
    await page.waitForTimeout(200)
    expect(await found().allInnerTexts()).toEqual([expect.stringContaining('of the newer question')])
  })

  it('says that it could not search, which is not that nothing is there, and tries again', async () => {
    harness.answerWith('findInLog', () => unreachable)
    await search('nowhere')
    const alert = dialog().getByRole('alert')
    await alert
      .getByText(
        'Not searched. Nothing answers at the address of the server. What the log holds is not known.',
      )
      .waitFor()
    expect(await dialog().getByText('No event').count()).toBe(0)
    expect(await findViolations(page)).toEqual([])
    harness.answerWith('findInLog', (input: never) => ({ ok: true, value: foundInLog(input) }))
    await dialog().getByRole('button', { name: 'Try again' }).press('Enter')
    await dialog().getByText('No event fits').waitFor()
  })

  it('keeps its question and what it found while the console is open', async () => {
    await search('disk')
    await found().first().waitFor()
    await page.keyboard.press('Escape')
    await closed()
    await page.keyboard.press('y')
    expect(await field().inputValue()).toBe('disk')
    expect(await found().count()).toBe(4)
    expect(asked('findInLog')).toHaveLength(1)
  })

  it.each([1280, 900])('keeps its layout with the longest texts, %i pixels wide', async (width) => {
    await page.setViewportSize({ width, height: 720 })
    harness.answerWith('findInLog', () => ({
      ok: true,
      value: {
        incidents: [
          loggedIncident(900, {
            status: 'resolved',
            resolvedAt: Date.now() - 3_600_000,
            serviceNames: ['s'.repeat(200), 't'.repeat(200), rtl.slice(0, 200)],
          }),
        ],
        events: [
          loggedEvent(0, { title: long, dedupKey: key, service: 's'.repeat(200), labels: { note: word } }),
          loggedEvent(1, { title: word, dedupKey: key, labels: { note: long, other: rtl } }),
          loggedEvent(2, { title: rtl, labels: {} }),
          loggedEvent(3, { effectReason: long.slice(0, 500) }),
        ],
        next: null,
      },
    }))
    await search(`key:"${key}"`)
    await found().nth(4).waitFor()
    await expectNothingWider()
    // What had to be short is on one line, whatever it holds.
    const heights = await found()
      .locator('.found-facts, .found-labels')
      .evaluateAll((lines) => lines.map((line) => line.getBoundingClientRect().height))
    expect(heights).toHaveLength(8)
    expect(Math.max(...heights)).toBeLessThan(24)
    expect(await findViolations(page)).toEqual([])
  })
})

describe('trying rules', () => {
  const dialog = () => page.getByRole('dialog', { name: 'Try correlation rules' })
  const field = () => dialog().getByRole('textbox', { name: 'Rules, as JSON' })

  it('begins with an example, says that nothing is changed by it, and what came of it', async () => {
    await page.keyboard.press('b')
    await dialog().getByText('Trying changes nothing').waitFor()
    await dialog().getByText('--rules').waitFor()
    expect(await findViolations(page)).toEqual([])
    await dialog().getByLabel('Of the last').selectOption('6 hours')
    await field().press('Control+Enter')
    await dialog().getByRole('heading', { name: '412 events, 3 incidents, 3 alerts suppressed' }).waitFor()
    expect(asked('previewRules')).toMatchObject([
      { siteId, hours: 6, rules: [{ name: 'service', groupBy: ['service'] }, { priority: 'P1' }] },
    ])
    const incident = dialog().locator('.previewed li').filter({ hasText: 'Card authorisations failing' })
    await incident.getByText('P1 by the rule income').waitFor()
    await dialog().getByText('P3, as its severity has it · 14 alerts · 380 events · reopened 2×').waitFor()
    await dialog().getByText('13 alerts: same service orders-db · rule service').first().waitFor()
    await dialog().getByText('41×').waitFor()
    await dialog().getByText('3 alerts suppressed by maintenance').waitFor()
    expect(await dialog().getByText('earlier trial').count()).toBe(0)
    expect(await findViolations(page)).toEqual([])
    await field().press('End')
    await page.keyboard.type(' ')
    await dialog().getByText('What follows is of an earlier trial').waitFor()
  })

  it('says at which line and column the JSON is wrong, and at which field a rule', async () => {
    await page.keyboard.press('b')
    await field().fill('[\n  { "name": "x" "groupBy": ["service"] }\n]')
    await dialog().getByRole('button', { name: 'Try', exact: true }).press('Enter')
    await dialog()
      .getByRole('alert')
      .getByText('Line 2, column 17: a comma or a } is missing here.')
      .waitFor()
    const selection = await field().evaluate((area: HTMLTextAreaElement) => [
      area.selectionStart,
      area.selectionEnd,
    ])
    expect(selection).toEqual([18, 19])
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA')
    expect(await findViolations(page)).toEqual([])
    await field().fill('[{ "name": "x", "reason": "y", "groupBy": ["zone"] }]')
    await field().press('Control+Enter')
    await dialog().getByRole('alert').getByText('Rule 1 (x), groupBy.0: is no field of an event').waitFor()
    expect(asked('previewRules')).toEqual([])
  })

  it.each([
    ['busy', 'another preview is being made: one at a time', 'Not tried. Another preview is being made'],
    [
      'forbidden',
      'the role viewer may not do this; it needs responder or admin',
      'The role viewer may not do this',
    ],
    ['unreachable', unreachable.message, 'Nothing answers at the address of the server.'],
  ])('says that it is %s, and tries again', async (code, message, said) => {
    harness.answerWith('previewRules', () => ({ ok: false, code, message }))
    await page.keyboard.press('b')
    await field().press('Control+Enter')
    await dialog().getByRole('alert').getByText(said).waitFor()
    expect(await findViolations(page)).toEqual([])
    harness.answerWith('previewRules', () => ({ ok: true, value: previewAnswer({ isCut: true }) }))
    await dialog().getByRole('button', { name: 'Try again' }).press('Enter')
    await dialog().getByText('More came in these hours than is looked at').waitFor()
    expect(await dialog().getByText('Not tried').count()).toBe(0)
  })

  it('keeps what is written while the console is open', async () => {
    await page.keyboard.press('b')
    await field().fill('[]')
    await page.keyboard.press('Escape')
    await closed()
    await page.keyboard.press('b')
    expect(await field().inputValue()).toBe('[]')
  })

  it.each([1280, 900])('keeps its layout with the longest texts, %i pixels wide', async (width) => {
    await page.setViewportSize({ width, height: 720 })
    const reasons = [
      { rule: 'r'.repeat(100), reason: word.slice(0, 300), alerts: 120 },
      { rule: 'rtl', reason: rtl.slice(0, 300), alerts: 20 },
    ]
    const services = Array.from({ length: 20 }, (_, index) => `${index}${'s'.repeat(190)}`)
    const largest = [
      previewedIncident({ title: long, services, serviceCount: 250, priorityRule: 'r'.repeat(100), reasons }),
      previewedIncident({ title: rtl }),
      previewedIncident({ title: word }),
    ]
    const chattering = [{ sourceName: 's'.repeat(200), dedupKey: key, title: long, times: 12_345 }]
    harness.answerWith('previewRules', () => ({ ok: true, value: previewAnswer({ largest, chattering }) }))
    await page.keyboard.press('b')
    await field().press('Control+Enter')
    await dialog().getByRole('heading', { name: '412 events' }).waitFor()
    await dialog().getByText('and 245 more').waitFor()
    // What came is in sight, and so is the way out.
    const heading = dialog().getByRole('heading', { name: '412 events' })
    const inSight = (each: typeof heading) =>
      each.evaluate((element) => {
        const { left, top } = element.getBoundingClientRect()
        return element.contains(document.elementFromPoint(left + 4, top + 4))
      })
    await expect.poll(() => inSight(heading)).toBe(true)
    expect(await inSight(dialog().getByRole('button', { name: 'Close' }))).toBe(true)
    await expectNothingWider()
    expect(await findViolations(page)).toEqual([])
  })
})
