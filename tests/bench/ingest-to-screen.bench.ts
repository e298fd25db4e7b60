/**
 * From the sender's POST to a row on the screen in Chromium, over loopback, at 100 events a second: each event opens an
 * incident of its own, its title carries the instant of sending, and the page notes when the frame that shows it has been painted.
 */
import { Agent } from 'node:http'
import { launchChromium } from '../support/chromium.ts'
import { startConsoleProcess } from '../support/console-process.ts'
import { postJson } from '../support/post-events.ts'
import { startServerProcess } from '../support/server-process.ts'
import { percentile, printFigure } from './figure.ts'

const seconds = Number(process.env['WATCHFLOOR_BENCH_SECONDS'] ?? 10)
const perSecond = 100
/** Sent before and not counted: programs that have just started are compiling, and the search begins its index. */
const warmUpSeconds = 4

const server = await startServerProcess({ env: { WATCHFLOOR_LOG_LEVEL: 'warn' } })
const token = server.createToken('mira', 'responder')
const shell = await startConsoleProcess({ server: { url: server.url, token } })
const browser = await launchChromium()
const agent = new Agent({ keepAlive: true, maxSockets: 20 })
try {
  const page = await browser.newPage({ viewport: { width: 1600, height: 950 } })
  await page.goto(shell.url)
  await page.getByTestId('freshness').getByText('Live').waitFor()
  // The event feed shows each event as it comes, whatever the list does.
  await page.evaluate(() => {
    const watched = (selector: string) => ({ selector, seen: new Set<string>(), samples: [] as number[] })
    const places = { feed: watched('[data-testid=feed]'), list: watched('.rows') }
    Object.assign(globalThis, { watchfloorPlaces: places })
    const now = () => performance.timeOrigin + performance.now()
    // A message posted while a frame is being made arrives after that frame's layout and paint.
    const afterPaint = new MessageChannel()
    afterPaint.port1.addEventListener('message', (event: MessageEvent<['feed' | 'list', string[]]>) => {
      const [place, times] = event.data
      for (const sent of times) places[place].samples.push(now() - Number(sent))
    })
    afterPaint.port1.start()
    const look = () => {
      for (const place of ['feed', 'list'] as const) {
        const { selector, seen } = places[place]
        const text = document.querySelector(selector)?.textContent ?? ''
        const fresh = [...text.matchAll(/sent@(\d+(?:\.\d+)?)@/g)].map(([, sent = '']) => sent)
        const unseen = fresh.filter((sent) => !seen.has(sent))
        for (const sent of unseen) seen.add(sent)
        if (unseen.length > 0) afterPaint.port2.postMessage([place, unseen])
      }
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  const source = server.createToken('bench', 'source')
  const started = performance.now()
  const answers: Promise<unknown>[] = []
  for (let index = 0; index < (warmUpSeconds + seconds) * perSecond; index += 1) {
    const due = started + (index * 1000) / perSecond
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    const sent = (performance.timeOrigin + performance.now()).toFixed(3)
    const body = JSON.stringify({
      service: `service-${index % 20}`,
      title: index < warmUpSeconds * perSecond ? `warm-up ${index}` : `probe sent@${sent}@`,
      severity: 'error',
    })
    answers.push(postJson(agent, `${server.url}/v1/ingest/events`, source, body))
  }
  await Promise.all(answers)
  await page.waitForTimeout(1000)
  const { feed, list } = await page.evaluate(
    () =>
      Reflect.get(globalThis, 'watchfloorPlaces') as Record<
        'feed' | 'list',
        { samples: number[]; seen: object }
      >,
  )
  const print = (name: string, value: number, goal: string): void =>
    printFigure({ name: `ingest to screen, ${name}`, value, unit: 'ms', goal })
  printFigure({
    name: 'ingest to screen, seen',
    value: feed.samples.length / (seconds * perSecond),
    unit: 'of 1',
    goal: 'at least 0.99 of the events timed',
  })
  print('median', percentile(feed.samples, 0.5), 'under 25')
  print('p99', percentile(feed.samples, 0.99), 'under 50')
  // A list that floods moves ten times a second, so that it can be read and hit; a P1 does not wait for that.
  print('its row in the flooded list, median', percentile(list.samples, 0.5), 'for the record')
  print('its row in the flooded list, p99', percentile(list.samples, 0.99), 'for the record')
} finally {
  agent.destroy()
  await browser.close()
  await shell.dispose()
  await server.dispose()
}
