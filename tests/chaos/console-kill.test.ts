import { Agent } from 'node:http'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { startConsoleProcess, type ConsoleProcess } from '../support/console-process.ts'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { readAll } from '../support/read-all.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'

interface ServerIncident {
  number: number
  status: string
}

describe('kill -9 of the console in the middle of a storm', () => {
  let server: ServerProcess
  let browser: Browser
  const shells: ConsoleProcess[] = []

  beforeAll(async () => {
    server = await startServerProcess()
    browser = await launchChromium()
  }, 60_000)

  afterAll(async () => {
    await browser.close()
    for (const shell of shells) await shell.dispose()
    await server.dispose()
  })

  it('shows the state of the server again after each restart, and each action was done once', async () => {
    const source = server.createToken('storm', 'source')
    const operator = server.createToken('mira', 'responder')
    const agent = new Agent({ keepAlive: true, maxSockets: 4 })
    let isStorming = true
    let next = 0
    const storm = (async () => {
      while (isStorming) {
        const events = Array.from({ length: 20 }, () => sampleEvent(next++, 120))
        await postJson(agent, `${server.url}/v1/ingest/events`, source, JSON.stringify(events))
        await new Promise((resolve) => setTimeout(resolve, 40))
      }
    })()

    let shell = await startConsoleProcess({ server: { url: server.url, token: operator } })
    shells.push(shell)
    const notes: string[] = []
    for (let kill = 0; kill < 2; kill += 1) {
      const page = await browser.newPage()
      await page.goto(shell.url)
      await page.getByTestId('incident-row').first().click()
      const note = `note before kill ${kill}`
      notes.push(note)
      await page.keyboard.press('n')
      await page.getByRole('textbox', { name: /note/i }).fill(note)
      await page.keyboard.press('Control+Enter')
      // It is in the outbox as soon as the screen shows it as pending or done: killed right then.
      await page.getByText(note).first().waitFor()
      await shell.stop('SIGKILL')
      await page.close()
      shell = await shell.restart()
      shells.push(shell)
    }
    isStorming = false
    await storm
    agent.destroy()

    const page = await browser.newPage()
    await page.goto(shell.url)
    await page.getByTestId('freshness').getByText('Live').waitFor()
    const all = await readAll<ServerIncident>(`${server.url}/v1/incidents`, server.adminToken)
    const triggered = all.filter((incident) => incident.status === 'triggered').length
    await page.getByRole('tab', { name: new RegExp(`needs me.*\\b${triggered}\\b`, 'i') }).waitFor()

    const noted = await notesOnServer(server)
    for (const note of notes) expect(noted.filter((text) => text === note)).toHaveLength(1)
  }, 90_000)
})

async function notesOnServer(server: ServerProcess): Promise<string[]> {
  const incidents = await readAll<{ id: string }>(`${server.url}/v1/incidents`, server.adminToken)
  const texts: string[] = []
  for (const { id } of incidents) {
    const response = await fetch(`${server.url}/v1/incidents/${id}`, {
      headers: { authorization: `Bearer ${server.adminToken}` },
    })
    const { timeline } = (await response.json()) as {
      timeline: { items: { change?: { kind: string; text: string } }[] }
    }
    for (const { change } of timeline.items) if (change?.kind === 'noted') texts.push(change.text)
  }
  return texts
}
