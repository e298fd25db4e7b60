import type { Page } from 'playwright'
import { startHarness, type Harness } from './harness-server.ts'
import type { ScenarioName } from './scenarios.ts'

/** Shows a scripted console in some state, on a page that may have shown another before. */
export async function showScenario(page: Page, name: ScenarioName): Promise<Harness> {
  const harness = await startHarness(name)
  // Where the last test left the pointer it would hold the list.
  await page.mouse.move(0, 0)
  await page.goto(harness.url)
  await page.locator('.console, .screen h1:not(.waiting)').first().waitFor()
  return harness
}

/** Ends the scripted console; the page goes first, so that it does not miss it. */
export async function leaveScenario(page: Page, harness: Harness): Promise<void> {
  await page.goto('about:blank')
  await harness.close()
}
