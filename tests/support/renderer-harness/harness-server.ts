import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Changes, MethodInput } from '../../../src-shared/console-api.ts'
import type { IncidentRow } from '../../../src-shared/console-views.ts'
import { detailOf } from './sample-detail.ts'
import { figures } from './sample-figures.ts'
import { filterValues, maintenance, shiftLog } from './sample-panels.ts'
import { foundInLog, previewAnswer } from './sample-reads.ts'
import { freshness, id } from './sample-rows.ts'
import { countsOf, createScenario, noChanges, type ScenarioName } from './scenarios.ts'

/** The strictest policy that a shell may set; a page that breaks it shows nothing. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
const builtPage = fileURLToPath(new URL('../../../dist/renderer/', import.meta.url))

export interface Harness {
  url: string
  /** Every call that the page made, in order. */
  calls: { method: string; input: unknown }[]
  /** Sends changes to the page. */
  push(changes: Partial<Changes>): void
  /** Answers a method otherwise from now on; an answer may take its time. */
  answerWith(method: string, answer: (input: never) => unknown): void
  setFreshness(changes: Parameters<typeof freshness>[0]): void
  /** Answers nothing from now on, with the socket open, as a stopped process would. */
  freeze(): void
  /** Ends every socket, and lets nobody in until the next call with false. */
  setGone(isGone: boolean): void
  close(): Promise<void>
}

/** Serves the built page with a scripted core behind its bridge, on a free port. */
export async function startHarness(name: ScenarioName, folder = builtPage): Promise<Harness> {
  const scenario = createScenario(name)
  const { board } = scenario
  const rows = new Map(board.rows.map((each) => [each.id, each]))
  const sockets = new Set<WebSocket>()
  const calls: Harness['calls'] = []
  const otherwise = new Map<string, (input: never) => unknown>()
  let isFrozen = false
  let isGone = false

  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname)
    const file = join(folder, path === '/' ? 'index.html' : path)
    const stream = createReadStream(file)
    stream.once('error', () => response.writeHead(404).end())
    stream.once('open', () => {
      response.writeHead(200, {
        'content-type': types[extname(file)] ?? 'application/octet-stream',
        'content-security-policy': policy,
      })
      stream.pipe(response)
    })
  })
  const bridge = new WebSocketServer({ server, path: '/bridge', verifyClient: () => !isGone })

  function send(frame: unknown): void {
    if (isFrozen) return
    for (const socket of sockets) socket.send(JSON.stringify(frame))
  }
  function push(changes: Partial<Changes>): void {
    for (const each of changes.rows ?? []) rows.set(each.id, each)
    send({ event: 'changes', payload: { ...noChanges, ...changes } })
  }
  function settle(target: IncidentRow, body: { kind: string }): void {
    const by = { acknowledgedBy: 'mira.koch', status: 'acknowledged' as const }
    const done = {
      acknowledge: by,
      unacknowledge: { acknowledgedBy: null, status: 'triggered' as const },
      resolve: { status: 'resolved' as const, resolvedAt: Date.now() },
    }[body.kind]
    const row = { ...target, ...done, revision: target.revision + 1 }
    rows.set(row.id, row)
    push({ rows: [row], counts: countsOf([...rows.values()]) })
  }
  function answer(method: string, input: unknown): unknown {
    calls.push({ method, input })
    const other = otherwise.get(method)
    if (other) return other(input as never)
    if (method === 'openBoard') {
      if (scenario.failure) return { ok: false, code: 'cacheFailed', message: scenario.failure }
      return { ok: true, value: { ...board, rows: [...rows.values()] } }
    }
    if (method === 'openIncident') {
      const row = rows.get((input as { incidentId: string } | null)?.incidentId ?? '')
      return {
        ok: true,
        value: row
          ? detailOf(row, { summary: row.number !== 1045, alerts: row.number === 1042 ? 9 : 3 })
          : null,
      }
    }
    if (method === 'act') {
      const { body } = input as { body: { kind: string; incidentId: string } }
      const row = rows.get(body.incidentId)
      if (row && board.freshness[0]?.state === 'live') setTimeout(() => settle(row, body), 30)
      return { ok: true, value: { commandId: '00000009-0000-7000-8000-000000000001' } }
    }
    if (method === 'actMany') {
      const { actions } = input as { actions: unknown[] }
      return { ok: true, value: { commandIds: actions.map((_, index) => id(9, index)) } }
    }
    if (method === 'startStorm') {
      const isBusy = calls.filter((each) => each.method === method).length > 1
      const busy = { ok: false, code: 'busy', message: 'a storm is going on: one at a time' }
      return isBusy ? busy : { ok: true, value: { events: 10_001, forMs: 60_000 } }
    }
    if (method === 'filterValues') return { ok: true, value: filterValues }
    if (method === 'shiftLog') return { ok: true, value: shiftLog() }
    if (method === 'maintenance') return { ok: true, value: maintenance() }
    if (method === 'figures') {
      const { from, to, team } = input as MethodInput<'figures'>
      if (board.freshness[0]?.state === 'live') return { ok: true, value: { ...figures(from, to), team } }
      return { ok: false, code: 'unreachable', message: 'nothing answers at the address of the server' }
    }
    if (method === 'findInLog') return { ok: true, value: foundInLog(input as MethodInput<'findInLog'>) }
    if (method === 'previewRules') return { ok: true, value: previewAnswer() }
    if (method === 'filterRows') {
      const { text } = input as { text: string }
      const at = text.indexOf('eror')
      const problem = {
        message: 'eror is no severity: write error',
        span: { from: at, to: at + 4 },
        instead: 'error',
      }
      const ids = [...rows.values()].filter(({ title }) => title.includes(text)).map(({ id }) => id)
      return { ok: true, value: at < 0 ? { problem: null, ids } : { problem, ids: [] } }
    }
    if (method === 'addSite')
      return { ok: false, code: 'refused', message: 'The server does not know this token.' }
    return { ok: true, value: {} }
  }
  bridge.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('message', (data: Buffer) => {
      if (isFrozen) return
      const { id, method, input } = JSON.parse(data.toString()) as {
        id: number
        method: string
        input: unknown
      }
      void Promise.resolve(answer(method, input)).then((given) => {
        socket.send(JSON.stringify({ id, answer: given }))
      })
    })
  })
  let tick = 0
  const timer = setInterval(() => {
    const changes = scenario.every?.(tick++)
    if (changes) push(changes)
  }, 50)

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    calls,
    push,
    answerWith: (method, other) => void otherwise.set(method, other),
    setFreshness: (changes) => send({ event: 'freshness', payload: [freshness(changes)] }),
    freeze: () => {
      isFrozen = true
    },
    setGone: (gone) => {
      isGone = gone
      if (gone) for (const socket of sockets) socket.terminate()
    },
    close: async () => {
      clearInterval(timer)
      for (const socket of sockets) socket.terminate()
      bridge.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
