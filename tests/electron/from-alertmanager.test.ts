import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasAlertmanager, startAlertmanager, type Alertmanager } from '../support/alertmanager.ts'
import { hasDunst, startDunst, type Dunst } from '../support/electron/dunst.ts'
import {
  closeWindow,
  startElectronConsole,
  windowState,
  type ElectronConsole,
} from '../support/electron/electron-console.ts'
import { startTrayHost, type TrayHost } from '../support/electron/tray-host.ts'
import { until } from '../support/electron/until.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'

const labels = { alertname: 'DiskFull', service: 'orders-db', instance: 'db-1', severity: 'critical' }
const title = 'Disk 97 % full on db-1'

describe.runIf(hasAlertmanager() && hasDunst())('from a real Alertmanager to the desktop and back', () => {
  let server: ServerProcess
  let alertmanager: Alertmanager
  let dunst: Dunst
  let trayHost: TrayHost
  let desktop: ElectronConsole

  beforeAll(async () => {
    server = await startServerProcess({ env: { WATCHFLOOR_SETTLE_MS: '500' } })
    alertmanager = await startAlertmanager(
      `${server.url}/v1/ingest/alertmanager`,
      server.createToken('alertmanager', 'source'),
    )
    dunst = await startDunst()
    trayHost = await startTrayHost()
    desktop = await startElectronConsole({
      server: { url: server.url, token: server.createToken('mira', 'responder') },
    })
    await desktop.page.getByTestId('freshness').getByText('Live').waitFor()
  }, 60_000)

  afterAll(async () => {
    await desktop.dispose()
    trayHost.dispose()
    await dunst.dispose()
    await alertmanager.dispose()
    await server.dispose()
  })

  it('notifies the operator whose window is closed, counts in the tray, and opens the incident with a click', async () => {
    await closeWindow(desktop)
    expect(await windowState(desktop)).toMatchObject({ isVisible: false })
    const tray = await trayHost.item()
    await until(
      'the live tray',
      () => tray.tooltip(),
      (text) => /nothing triggered\s+Live/.test(text),
    )
    const calm = await tray.picture()

    alertmanager.fire(labels, { summary: title })
    await until(
      'the notification',
      () => dunst.received(),
      (text) => text.includes(title),
    )
    expect(dunst.received()).toMatch(/Critical: #1 triggered/)
    expect(dunst.received()).toMatch(/urgency: CRITICAL/)
    const tooltip = await until(
      'the count',
      () => tray.tooltip(),
      (text) => text.includes('1 triggered'),
    )
    expect(tooltip).toContain('worst critical')
    expect((await tray.picture()).pixels.equals(calm.pixels)).toBe(false)

    dunst.click()
    await until(
      'the window',
      () => windowState(desktop),
      ({ isVisible }) => isVisible,
    )
    await desktop.page.getByRole('heading', { name: title }).waitFor()
  })

  it('lets the operator acknowledge in the window, and the server has it', async () => {
    await desktop.page.keyboard.press('a')
    const incident = await until(
      'the acknowledgement',
      readIncident,
      ({ status }) => status === 'acknowledged',
    )
    expect(incident).toMatchObject({ title, acknowledgedBy: { name: 'mira' } })
    const tray = await trayHost.item()
    await until(
      'the calm tray',
      () => tray.tooltip(),
      (text) => text.includes('nothing triggered'),
    )
  })

  it('resolves with the alert', async () => {
    alertmanager.end(labels)
    await desktop.page
      .getByTestId('timeline')
      .getByText(/resolved/i)
      .first()
      .waitFor()
    expect(await readIncident()).toMatchObject({ status: 'resolved' })
  })

  it('leads from the tray menu to the incident, and says when it is blind', async () => {
    await desktop.page.keyboard.press('Escape')
    alertmanager.fire({ ...labels, instance: 'db-2', alertname: 'R&D down' }, { summary: 'R&D is down' })
    await closeWindow(desktop)
    const tray = await trayHost.item()
    const menu = await until(
      'the incident in the menu',
      () => tray.menu(),
      (items) => items.some(({ label }) => label.includes('R&D is down')),
    )
    const item = menu.find(({ label }) => label.includes('R&D is down'))
    if (item === undefined) throw new Error('it is in the menu')
    await tray.click(item)
    await until(
      'the window',
      () => windowState(desktop),
      ({ isVisible }) => isVisible,
    )
    await desktop.page.getByRole('heading', { name: 'R&D is down' }).waitFor()

    await server.stop('SIGKILL')
    expect(
      await until(
        'blindness',
        () => tray.tooltip(),
        (text) => text.includes('Blind'),
      ),
    ).not.toContain('Live')
    await desktop.page.getByTestId('freshness').getByText('Blind').waitFor()
  })

  async function readIncident() {
    const answer = await fetch(`${server.url}/v1/incidents`, {
      headers: { authorization: `Bearer ${server.adminToken}` },
    })
    const { items } = (await answer.json()) as { items: { title: string; status: string }[] }
    return items.find((item) => item.title === title) ?? { title: '', status: 'unknown' }
  }
})
