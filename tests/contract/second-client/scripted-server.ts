import { once } from 'node:events'
import { WebSocketServer } from 'ws'
import { parseObject, type JsonObject } from './json.ts'

export const scriptedEpoch = '0192f79f-0000-7000-8000-000000000001'

/** What to answer to the hello of one connection; `code` closes it after that. */
export interface Script {
  readonly frames: readonly object[]
  readonly code?: number
}

export interface ScriptedServer {
  readonly streamUrl: string
  readonly hellos: JsonObject[]
  /** Frames after the hello, of all connections. */
  readonly heard: JsonObject[]
  readonly closeCodes: number[]
  stop(): void
}

/** A server that says to its n-th connection what the n-th script holds. */
export async function startScriptedServer(scripts: readonly Script[]): Promise<ScriptedServer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const hellos: JsonObject[] = []
  const heard: JsonObject[] = []
  const closeCodes: number[] = []
  server.on('connection', (socket) => {
    const script = scripts[hellos.length]
    socket.once('message', (hello) => {
      hellos.push(parseObject(hello.toString()))
      socket.on('message', (data) => heard.push(parseObject(data.toString())))
      for (const frame of script?.frames ?? []) socket.send(JSON.stringify(frame))
      if (script?.code !== undefined) socket.close(script.code)
    })
    socket.on('close', (code) => closeCodes.push(code))
  })
  return {
    streamUrl: `ws://127.0.0.1:${address.port}`,
    hellos,
    heard,
    closeCodes,
    stop: () => server.close(),
  }
}

export function welcomeFrame(head: number, resetReason: string | null): object {
  const numbers = { heartbeatMs: 15_000, staleMs: 20_000, deadMs: 35_000 }
  const identity = { serverId: '0192f79f-0000-7000-8000-0000000000aa', epoch: scriptedEpoch }
  const operator = { name: 'mira', role: 'responder' }
  const resumption = { resumed: resetReason === null, resetReason }
  return { type: 'welcome', protocol: 1, ...identity, head, at: 1, operator, ...resumption, ...numbers }
}

export function serviceEntry(seq: number, id: string, revision: number): object {
  return { seq, at: seq, kind: 'service', service: { id, revision } }
}

export function batchFrame(from: number, to: number, entries: readonly object[]): object {
  return { type: 'batch', from, to, head: to, at: 1, superseded: 0, skipped: 0, spreadMs: 1, entries }
}

export function snapshotFrame(id: string, page: number, last: boolean, entries: readonly object[]): object {
  const cursor = { epoch: scriptedEpoch, seq: 10 }
  const next = last ? cursor : { ...cursor, page: `${id}/${page + 1}` }
  const place = { epoch: scriptedEpoch, position: 10, reset: true, channels: ['incidents'] }
  return { type: 'snapshot', id, ...place, page, last, next, entries }
}
