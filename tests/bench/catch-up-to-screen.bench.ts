/**
 * 10,000 missed changes over loopback, to the screen: the built web shell and its page in Chromium, cut off from the server
 * by a proxy. From the operator's "Try now" to the end of the frame in which the page says "Live", counts as the server does,
 * and shows the newest incident in its list.
 */
import type { Page } from 'playwright'
import { launchChromium } from '../support/chromium.ts'
import { startConsoleProcess } from '../support/console-process.ts'
import { startServerProcess } from '../support/server-process.ts'
import { startChild } from './child-program.ts'
import { percentile, printFigure } from './figure.ts'
import { createStorms } from './missed-changes.ts'

const changes = 10_000
const rounds = 5

/** Presses the button and resolves with how long it took until all of it was on the screen, in ms. */
function timeToScreen(page: Page, title: string, triggered: number): Promise<number> {
  return page.evaluate(
    ([newest, count]) =>
      new Promise<number>((resolve) => {
        const button = document.querySelector<HTMLElement>('[data-testid=freshness] button')
        if (button === null) throw new Error('there is no button to connect with')
        // A message posted while a frame is being made arrives after that frame's layout and paint.
        const afterPaint = new MessageChannel()
        afterPaint.port1.addEventListener('message', () => resolve(performance.now() - started))
        afterPaint.port1.start()
        const isThere = (): boolean => {
          const isLive = document.querySelector('[data-testid=freshness]')?.classList.contains('is-live')
          const counted = document.querySelector('[role=tab] b')?.textContent
          const rows = [...document.querySelectorAll('[data-testid=incident-row]')]
          return isLive === true && counted === count && rows.some((row) => row.textContent.includes(newest))
        }
        const watch = new MutationObserver(() => {
          if (!isThere()) return
          watch.disconnect()
          requestAnimationFrame(() => afterPaint.port2.postMessage(null))
        })
        watch.observe(document.body, {
          subtree: true,
          childList: true,
          characterData: true,
          attributes: true,
        })
        const started = performance.now()
        button.click()
      }),
    [title, new Intl.NumberFormat('en').format(triggered)] as const,
  )
}

async function countTriggered(url: string, token: string): Promise<number> {
  let count = 0
  let after = ''
  for (;;) {
    const address = `${url}/v1/incidents?status=triggered&limit=100${after}`
    const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` } })
    const { items, next } = (await answer.json()) as { items: unknown[]; next: string | null }
    count += items.length
    if (next === null) return count
    after = `&after=${encodeURIComponent(next)}`
  }
}

async function measure(name: string, keys: number): Promise<void> {
  const server = await startServerProcess({ env: { WATCHFLOOR_LOG_LEVEL: 'warn' } })
  const storms = createStorms(server)
  const proxy = await startChild<{ port: number }>('./proxy-program.ts', [new URL(server.url).port])
  const token = server.createToken('mira', 'responder')
  const shell = await startConsoleProcess({ server: { url: `http://127.0.0.1:${proxy.ready.port}`, token } })
  const browser = await launchChromium()
  const samples: number[] = []
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 950 } })
    await page.goto(shell.url)
    const freshness = page.getByTestId('freshness')
    await freshness.getByText('Live').waitFor()
    for (let round = -1; round < rounds; round += 1) {
      await proxy.ask('down')
      await freshness.getByRole('button').waitFor()
      await storms.storm(changes, keys)
      const title = `newest ${round}`
      await storms.mark(title)
      const triggered = await countTriggered(server.url, token)
      await proxy.ask('up')
      const took = await timeToScreen(page, title, triggered)
      if (round >= 0) samples.push(took)
    }
  } finally {
    storms.close()
    await browser.close()
    await shell.dispose()
    await proxy.stop()
    await server.dispose()
  }
  const print = (what: string, share: number, goal: string): void =>
    printFigure({
      name: `catch-up to screen, ${name}${what}`,
      value: percentile(samples, share),
      unit: 'ms',
      goal,
    })
  print('', 0.5, 'under 500')
  print(', slowest', 1, 'for the record')
}

await measure('a storm on 500 alerts', 500)
await measure('each change of another thing', Number.MAX_SAFE_INTEGER)
