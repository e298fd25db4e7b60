import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Alertmanager {
  url: string
  /** `amtool alert add` with these labels and annotations; it fires until it is ended. */
  fire(labels: Record<string, string>, annotations: Record<string, string>): void
  /** Ends the alert with these labels now. */
  end(labels: Record<string, string>): void
  dispose(): Promise<void>
}

export function hasAlertmanager(): boolean {
  return (
    spawnSync('prometheus-alertmanager', ['--version']).status === 0 &&
    spawnSync('amtool', ['--version']).status === 0
  )
}

/** Starts a real Alertmanager that sends its webhook to the address with the token, within about a second. */
export async function startAlertmanager(webhookUrl: string, token: string): Promise<Alertmanager> {
  const folder = await mkdtemp(join(tmpdir(), 'watchfloor-alertmanager-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const config = join(folder, 'alertmanager.yml')
  await writeFile(config, configuration(webhookUrl, token))
  const args = [
    `--config.file=${config}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
    '--log.level=warn',
  ]
  const child = spawn('prometheus-alertmanager', args, { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await untilHealthy(`${url}/-/ready`)
  const add = (labels: Record<string, string>, more: string[]) => {
    const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`)
    const run = spawnSync('amtool', ['alert', 'add', `--alertmanager.url=${url}`, ...more, ...pairs], {
      encoding: 'utf8',
    })
    if (run.status !== 0) throw new Error(`amtool failed: ${run.stderr}`)
  }
  return {
    url,
    fire: (labels, annotations) =>
      add(
        labels,
        Object.entries(annotations).map(([name, value]) => `--annotation=${name}=${value}`),
      ),
    end: (labels) => add(labels, [`--end=${new Date().toISOString()}`]),
    dispose: async () => {
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function configuration(webhookUrl: string, token: string): string {
  return `
global:
  resolve_timeout: 5m
route:
  receiver: watchfloor
  group_by: [alertname, service]
  group_wait: 200ms
  group_interval: 1s
  repeat_interval: 1h
receivers:
  - name: watchfloor
    webhook_configs:
      - url: ${webhookUrl}
        send_resolved: true
        http_config:
          authorization:
            credentials: ${token}
`
}

async function untilHealthy(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isReady = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (isReady) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${url} did not become ready within 10 s`)
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
