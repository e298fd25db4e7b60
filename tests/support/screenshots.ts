/**
 * `npm run screenshots`: a real server, a real console and real events, looked at in Chromium; writes docs/console.png.
 * Build first (`npm run build`).
 */
import { Agent } from 'node:http'
import { fileURLToPath } from 'node:url'
import { v7 as uuidv7 } from 'uuid'
import { launchChromium } from './chromium.ts'
import { startConsoleProcess } from './console-process.ts'
import { postJson } from './post-events.ts'
import { startServerProcess } from './server-process.ts'

const picture = fileURLToPath(new URL('../../docs/console.png', import.meta.url))
const release = { zone: 'eu-1b', release: '8.14.0' }

/** severity, service, title, how often it is repeated. */
const estate = [
  ['warning', 'platform', 'NTP offset on 3 hosts', 6],
  ['info', 'release', 'Canary fleet: 2 % of the error budget burned', 9],
  ['warning', 'search', 'GC pauses above 500 ms on search-2', 55],
  ['warning', 'facility', 'Cooling unit 3, hall B: supply air 27.1 °C', 12],
  ['error', 'identity', 'Login failures from one network ×14', 180],
  ['error', 'backup', 'Backups of crm-db missing since 02:00', 2],
  ['critical', 'network-ams2', 'BGP session to AS64512 flapping', 143],
  ['warning', 'synthetics', 'Probe from São Paulo slow: checkout p95 2.8 s', 22],
  ['warning', 'logging', 'Disk 92 % full on log-ingest-3', 7],
  ['error', 'settlement', 'Queue depth of settlement.in growing for 10 minutes', 64],
  ['error', 'network-fra1', 'Core switch fra1-sw07: 4 ports down (linkDown)', 16],
  ['error', 'edge', 'Certificate of api.partner.example expires in 3 days', 1],
  ['critical', 'orders-db', 'Replication lag above 120 s on orders-db replicas', 38],
] as const

const server = await startServerProcess({
  env: { WATCHFLOOR_SUMMARY_QUIET_MS: '1500', WATCHFLOOR_LOG_LEVEL: 'warn' },
})
const source = server.createToken('prometheus', 'source')
const mira = server.createToken('mira', 'responder')
const jonas = server.createToken('jonas', 'responder')
const agent = new Agent({ keepAlive: true })
const send = (events: object[]) =>
  postJson(agent, `${server.url}/v1/ingest/events`, source, JSON.stringify(events))

interface Listed {
  id: string
  title: string
}

async function act(
  token: string,
  author: string,
  number: number,
  title: string,
  kind: string,
  text?: string,
) {
  const listed = await fetch(`${server.url}/v1/incidents`, { headers: { authorization: `Bearer ${token}` } })
  const { items } = (await listed.json()) as { items: Listed[] }
  const incidentId = items.find((item) => item.title.startsWith(title))?.id
  const body = text === undefined ? { kind, incidentId } : { kind, incidentId, text }
  const clientId =
    author === 'mira' ? '0192f7a0-0000-7000-8000-000000000001' : '0192f7a0-0000-7000-8000-000000000002'
  const command = { id: uuidv7(), clientId, number, author, issuedAt: Date.now(), body }
  await postJson(agent, `${server.url}/v1/commands`, token, JSON.stringify({ command }))
}

const shell = await startConsoleProcess({ server: { url: server.url, token: mira } })
const browser = await launchChromium()
try {
  for (const [severity, service, title, repeats] of estate) {
    const event = { severity, service, title, dedupKey: `${service}/${title}`, labels: { service } }
    await send(Array.from({ length: repeats }, () => event))
  }
  await act(jonas, 'jonas', 1, 'BGP session', 'acknowledge')
  await act(jonas, 'jonas', 2, 'Login failures', 'acknowledge')
  await act(mira, 'mira', 1, 'Backups of crm-db', 'acknowledge')
  await act(jonas, 'jonas', 3, 'Cooling unit', 'acknowledge')
  await act(mira, 'mira', 2, 'NTP offset', 'resolve')
  const title = 'Card authorisations failing: 38 % of requests answered 5xx'
  const runbook = { href: 'https://runbooks.example/payment-gateway', text: 'Runbook' }
  for (const host of ['gw-1', 'gw-2', 'gw-3', 'gw-7']) {
    const event = {
      severity: 'critical',
      service: 'payment-gateway',
      title,
      labels: { ...release, host },
      links: [runbook],
    }
    await send(Array.from({ length: 24 }, () => ({ ...event, dedupKey: `gateway/${host}` })))
  }
  const page = await browser.newPage({ viewport: { width: 1600, height: 950 } })
  await page.goto(shell.url)
  await page.getByTestId('incident-row').filter({ hasText: 'Card authorisations' }).click()
  await page.getByText('Summary completed').first().waitFor()
  await act(jonas, 'jonas', 4, 'Card authorisations', 'note', 'gateway team paged, rollback being prepared')
  await page.getByText('rollback being prepared').first().waitFor()
  for (let index = 0; index < 40; index += 1) {
    await send([
      {
        severity: 'error',
        service: 'settlement',
        title: estate[9][2],
        dedupKey: `settlement/${estate[9][2]}`,
      },
    ])
    await page.waitForTimeout(index < 20 ? 90 : 40)
  }
  await page.mouse.move(1200, 700)
  await page.screenshot({ path: picture })
  console.log(`wrote ${picture}`)
} finally {
  await browser.close()
  agent.destroy()
  await shell.dispose()
  await server.dispose()
}
