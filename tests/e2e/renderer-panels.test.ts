import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findViolations } from '../support/axe.ts'
import { launchChromium } from '../support/chromium.ts'
import { leaveScenario, showScenario } from '../support/renderer-harness/harness-page.ts'
import type { Harness } from '../support/renderer-harness/harness-server.ts'

/** The filter above the list and the dialogs beside the board, at the keyboard. */

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

const acted = (): unknown[] =>
  harness.calls.flatMap(({ method, input }) => (method === 'act' ? [(input as { body: unknown }).body] : []))

describe('the filter', () => {
  it('thins out the list as it is written, counts what fits, and keeps the P1', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('Disk')
    await page.getByRole('tab', { name: /Needs me\s*1/ }).waitFor()
    await expect.poll(() => page.getByTestId('incident-row').count()).toBe(2)
    await page.keyboard.press('Enter')
    await page.keyboard.press('G')
    await page.getByRole('heading', { name: 'Disk 92 %' }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.press('Escape')
    await page.getByRole('tab', { name: /Needs me\s*8/ }).waitFor()
  })

  it('completes what is begun, and points at the characters that are wrong', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('serv')
    await page.getByRole('option', { name: 'service field' }).waitFor()
    expect(await findViolations(page)).toEqual([])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.keyboard.type('pay')
    await page.getByRole('option', { name: 'payment-gateway value' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    await expect.poll(() => page.getByRole('combobox').inputValue()).toBe('service:payment-gateway ')
    await page.getByRole('combobox').fill('severity:eror x')
    await page.locator('.filter-problem mark').getByText('eror', { exact: true }).waitFor()
    await page.getByText('write error').waitFor()
    expect(await findViolations(page)).toEqual([])
  })

  it('says that nothing fits, which is no all-clear', async () => {
    await page.keyboard.press('2')
    await page.keyboard.press('/')
    await page.keyboard.type('zzz')
    await page.getByText('No incident here fits the filter').waitFor()
    harness.setFreshness({ state: 'blind', reason: 'refused' })
    await page.getByText('This is not an all-clear').waitFor()
  })
})

describe('the dialogs', () => {
  it('write the shift log, and show what is on its way', async () => {
    await page.keyboard.press('l')
    await page.getByRole('dialog', { name: 'Shift log' }).getByText('waits to be sent').waitFor()
    await page.keyboard.type('Two vendors on site.')
    await page.keyboard.press('Enter')
    await expect.poll(acted).toEqual([{ kind: 'writeShift', text: 'Two vendors on site.' }])
    expect(await findViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  it('plan a window, change one and end one', async () => {
    await page.keyboard.press('w')
    const dialog = page.getByRole('dialog', { name: 'Maintenance' })
    await dialog.getByText('suppresses 12 alerts now').click()
    await dialog.getByText('critical Controller 0 restarts orders-db').waitFor()
    await dialog.getByText('and 2 older').waitFor()
    expect(await findViolations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Plan a window' }).press('Enter')
    await page.keyboard.type('Firmware')
    await page.keyboard.press('Enter')
    await dialog.getByText('Say what it covers').waitFor()
    await dialog.getByLabel('Services').fill('storage')
    await dialog.getByLabel('Every week').check()
    expect(await findViolations(page)).toEqual([])
    await dialog.getByLabel('Every week').press('Enter')
    await expect
      .poll(acted)
      .toMatchObject([{ kind: 'planMaintenance', windowId: null, plan: { schedule: { kind: 'weekly' } } }])
    await dialog.getByRole('button', { name: 'Change Storage firmware' }).click()
    await expect.poll(() => dialog.getByLabel('Services').inputValue()).toBe('orders-db, ledger')
    await dialog.getByRole('button', { name: 'End now: Storage firmware' }).click()
    await expect.poll(acted).toHaveLength(2)
  })
})
