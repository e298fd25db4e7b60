import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { leaveScenario, showScenario } from '../support/renderer-harness/harness-page.ts'
import type { Harness } from '../support/renderer-harness/harness-server.ts'
import { detailOf } from '../support/renderer-harness/sample-detail.ts'
import { incidentId, row } from '../support/renderer-harness/sample-rows.ts'
import type { ScenarioName } from '../support/renderer-harness/scenarios.ts'

/** What an operator does with the built page, and what it must not do to the operator. */

let browser: Browser
let harness: Harness
let page: Page
const large = { width: 1600, height: 950 }

beforeAll(async () => {
  browser = await launchChromium()
  page = await browser.newPage({ viewport: large })
})
afterAll(() => browser.close())
afterEach(() => leaveScenario(page, harness))

async function open(name: ScenarioName): Promise<void> {
  harness = await showScenario(page, name)
}

function actions(): unknown[] {
  return harness.calls.flatMap(({ method, input }) =>
    method === 'act' ? [(input as { body: unknown }).body] : [],
  )
}

async function topOf(title: string): Promise<number | undefined> {
  const box = await page.getByTestId('incident-row').filter({ hasText: title }).boundingBox()
  return box?.y
}

describe('an operator at the keyboard', () => {
  it('acknowledges with two keys, and the row stays where it is until the list is let go', async () => {
    await open('normal')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.getByRole('heading', { name: 'Replication lag' }).waitFor()
    const row1046 = page.getByTestId('incident-row').filter({ hasText: 'Replication lag' })
    const before = await topOf('Replication lag')
    await page.keyboard.press('a')
    await page.getByRole('button', { name: 'Unacknowledge' }).waitFor()
    expect(actions()).toEqual([{ kind: 'acknowledge', incidentId: incidentId(1046) }])
    expect(await topOf('Replication lag')).toBe(before)
    await page.keyboard.press('Escape')
    await row1046.waitFor({ state: 'detached' })
  })

  it('acts on what the pane shows, also when the list has not heard of it yet', async () => {
    await open('normal')
    await page.getByTestId('incident-row').filter({ hasText: 'Replication lag' }).click()
    await page.locator('.head').getByText('#1046').waitFor()
    await page.getByTestId('timeline').waitFor()
    const known = row(1046, { severity: 'critical', title: 'Replication lag' })
    harness.push({ detail: detailOf({ ...known, revision: 2, assignee: 'jonas' }) })
    await page.locator('.head').getByText('jonas', { exact: true }).waitFor()
    await page.keyboard.press('o')
    await page.keyboard.press('0')
    const assignment = { kind: 'assign', incidentId: incidentId(1046), assignee: null, seen: 'jonas' }
    await expect.poll(actions).toEqual([assignment])
    // What the list hears later is the truth again.
    harness.push({ rows: [{ ...known, revision: 3, assignee: 'ada' }] })
    await page.locator('.head').getByText('ada', { exact: true }).waitFor()
  })

  it('writes a note, resolves, goes to the ends of the list and between the tabs', async () => {
    await open('normal')
    await page.keyboard.press('G')
    await page.getByRole('heading', { name: 'Canary fleet' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('g')
    await page.getByRole('heading', { name: 'Card authorisations' }).waitFor()
    await page.keyboard.press('n')
    await page.keyboard.type('jar and a.')
    await page.keyboard.press('Enter')
    await page.keyboard.press('r')
    await expect.poll(actions).toEqual([
      { kind: 'note', incidentId: incidentId(1042), text: 'jar and a.' },
      { kind: 'resolve', incidentId: incidentId(1042) },
    ])
    await page.keyboard.press('3')
    await page.getByTestId('incident-row').filter({ hasText: 'Card authorisations' }).waitFor()
  })

  it('has the selected row announced as the active one of its list', async () => {
    await open('normal')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    const list = page.getByRole('listbox', { name: 'Incidents', exact: true })
    await expect.poll(() => list.getAttribute('aria-activedescendant')).toBe(`row-${incidentId(1046)}`)
    await expect.poll(() => list.evaluate((element) => element === document.activeElement)).toBe(true)
  })

  it('has each row say where it stands, also when a new one has come before it', async () => {
    await open('normal')
    const disk = page.getByTestId('incident-row').filter({ hasText: 'Disk 92 %' })
    const place = async () => [
      Number(await disk.getAttribute('aria-posinset')),
      Number(await disk.getAttribute('aria-setsize')),
    ]
    await expect.poll(async () => (await place())[0]).toBeGreaterThan(0)
    const [position = 0, total = 0] = await place()
    harness.push({ rows: [row(2001, { severity: 'critical', title: 'New and critical' })] })
    await expect.poll(place).toEqual([position + 1, total + 1])
  })

  it('has rows that come into sight at the end of the list say where they stand', async () => {
    await open('storm')
    // Held, so that nothing but the scrolling draws rows.
    await page.getByTestId('incident-row').nth(2).click()
    const list = page.getByRole('listbox', { name: 'Incidents', exact: true })
    const drawn = () =>
      list
        .getByRole('option')
        .evaluateAll((options) => options.map((each) => Number(each.getAttribute('aria-posinset'))))
    const inOrder = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
    await expect.poll(drawn).toEqual(inOrder((await drawn()).length))
    const before = (await drawn()).length
    await list.evaluate((element) => element.scrollBy({ top: 4 * 34, behavior: 'instant' }))
    await expect.poll(async () => (await drawn()).length).toBe(before + 4)
    await expect.poll(drawn).toEqual(inOrder(before + 4))
  })
})

describe('a list that is held', () => {
  it('moves no row for new incidents, a new P1 among them, and shows them when they are let in', async () => {
    await open('normal')
    await page.getByTestId('incident-row').filter({ hasText: 'Queue depth' }).click()
    const before = await topOf('Disk 92 %')
    harness.push({
      rows: [
        row(2001, { severity: 'critical', title: 'New and critical' }),
        row(2002, { severity: 'warning', title: 'New and mild' }),
        row(2003, { severity: 'critical', priority: 'P1', title: 'A second P1' }),
      ],
    })
    const letIn = page.getByRole('button', { name: /2 new.*worst critical/ })
    await letIn.waitFor()
    await page.getByTestId('incident-row').filter({ hasText: 'A second P1' }).waitFor()
    expect(await topOf('Disk 92 %')).toBe(before)
    expect(await page.getByText('New and critical').count()).toBe(0)
    await page.keyboard.press('.')
    await page.getByTestId('incident-row').filter({ hasText: 'New and critical' }).waitFor()
    expect(await letIn.count()).toBe(0)
  })

  it('keeps every row of the screen in its place in a storm', async () => {
    await open('storm')
    await page.getByTestId('incident-row').nth(4).click()
    const places = () =>
      page
        .getByTestId('incident-row')
        .evaluateAll((rows) => rows.map((each) => `${each.id} ${each.getBoundingClientRect().top}`))
    const before = await places()
    await page.getByRole('button', { name: /[1-9]\d new/ }).waitFor()
    expect(await places()).toEqual(before)
  })
})

describe('the summary and the first start', () => {
  it('says in the timeline from which console a person acted, where one points', async () => {
    await open('normal')
    await page.keyboard.press('j')
    const line = page.getByTestId('timeline').locator('.of-change', { hasText: 'by jonas.reiter' })
    await line.getByTitle(/^from console …[0-9a-f]{4}$/).waitFor()
    const opening = page.getByTestId('timeline').locator('.of-change', { hasText: 'by alertmanager' })
    expect(await opening.getByTitle(/^from console/).count()).toBe(0)
  })

  it('marks the cited event in the timeline', async () => {
    await open('normal')
    await page.keyboard.press('j')
    await page.getByRole('button', { name: 'Event 2', exact: true }).hover()
    const cited = page.getByTestId('timeline').locator('.is-cited')
    await cited.getByText('upstream timeouts').waitFor()
    expect(await cited.count()).toBe(1)
  })

  it('doubts a claim without an event, but not an act of a person', async () => {
    await open('normal')
    await page.keyboard.press('j')
    const claim = (text: string) => page.locator('.claim').filter({ hasText: text })
    await claim('a like incident ended').getByText('not backed by an event').waitFor()
    expect(await claim('gateway team paged').getByText('not backed by an event').count()).toBe(0)
  })

  it('names the field that is wrong, and says what the server said', async () => {
    await open('firstStart')
    await page.getByLabel('Address of the server').fill('incidents.example')
    await page.getByRole('button', { name: 'Connect' }).click()
    await page.getByText('An address starts with http:// or https://.').waitFor()
    await page.getByText('A token is needed').waitFor()
    await page.getByLabel('Address of the server').fill('https://incidents.example:7710')
    await page.getByLabel('Access token').fill('wrong')
    await page.getByRole('button', { name: 'Connect' }).click()
    await page.getByText('The server does not know this token.').waitFor()
  })
})
