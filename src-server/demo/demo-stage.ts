import { setTimeout as wait } from 'node:timers/promises'
import type { CommandBody, CommandResult } from '../../src-shared/domain/command.ts'
import type { MaintenanceWindow } from '../../src-shared/domain/maintenance.ts'
import { commandAnswerSchema } from '../../src-shared/protocol/poll.ts'
import type { Clock } from '../clock.ts'
import type { StreamLog } from '../stream/stream-service.ts'
import { demoToken, type TokenMaker } from './demo-tokens.ts'
import type { Saying, StorySender } from './story/script.ts'

export interface DemoDeps {
  log: StreamLog
  clock: Clock
  /** From 0 (included) to 1 (excluded). */
  random(): number
  /** UUIDv7. */
  randomId(): string
  /** Those that are on or still to come. */
  maintenanceWindows(): Promise<MaintenanceWindow[]>
}

type Sender = Pick<StorySender, 'source' | 'kind'>

/** Where the demo plays: the server's own HTTP, as real senders and a real console use it. */
export interface DemoStage extends DemoDeps {
  /** Sends all of it in this order, in as few requests as it fits into; what the server cannot take now is sent again. */
  send(sender: Sender, sayings: readonly Saying[]): Promise<void>
  /** Carries out a command as the operator of the story, also when the demo is stopped; null when there was no answer in time. */
  act(body: CommandBody): Promise<CommandResult | null>
  /** Ids of windows that the operator of the story has planned, in this run or an earlier one, and that are not over. */
  ownWindows(): Promise<string[]>
  /** Rejects when the demo is stopped. */
  wait(ms: number): Promise<void>
  stopped: AbortSignal
}

const operator = 'demo-operator'
/** Far below what a request may hold. */
const eventsInRequest = 250
const retryMs = 1_000
/** An operator does not wait longer for an answer, and neither does the end of the server. */
const actMs = 2_000

export function createDemoStage(
  url: string,
  tokens: TokenMaker,
  deps: DemoDeps,
  stopped: AbortSignal,
): DemoStage {
  const tokenOf = new Map<string, string>()
  const clientId = deps.randomId()
  let number = 0

  const sourceToken = (name: string): string => {
    const token = tokenOf.get(name) ?? demoToken(tokens, name, 'source')
    tokenOf.set(name, token)
    return token
  }
  const operatorToken = demoToken(tokens, operator, 'responder')

  const post = async (path: string, token: string, body: unknown, signal: AbortSignal): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const request = { method: 'POST', headers, body: JSON.stringify(body), signal }
    for (;;) {
      const answer = await fetch(`${url}${path}`, request).then(
        async (response) => ({ status: response.status, text: await response.text() }),
        (error: unknown) => {
          if (!signal.aborted) deps.log.warn({ error: String(error) }, 'the demo could not send')
          return null
        },
      )
      signal.throwIfAborted()
      if (answer && answer.status < 300) return JSON.parse(answer.text)
      if (answer && answer.status !== 429 && answer.status !== 503) {
        deps.log.warn({ status: answer.status, path }, 'the demo was not accepted')
        return null
      }
      await wait(retryMs, undefined, { signal })
    }
  }

  return {
    ...deps,
    stopped,
    wait: (ms) => wait(ms, undefined, { signal: stopped }),
    send: async ({ source, kind }, sayings) => {
      const token = sourceToken(source)
      for (const body of requestsOf(kind, sayings)) await post(`/v1/ingest/${kind}`, token, body, stopped)
    },
    act: async (body) => {
      number += 1
      const issuedAt = deps.clock.now()
      const command = { id: deps.randomId(), clientId, number, author: operator, issuedAt, body }
      const inTime = AbortSignal.timeout(actMs)
      const answer = await post('/v1/commands', operatorToken, { command }, inTime).catch(() => null)
      const parsed = commandAnswerSchema.safeParse(answer)
      return parsed.success ? parsed.data.result : null
    },
    ownWindows: async () =>
      (await deps.maintenanceWindows())
        .filter(({ plannedBy: { kind, name } }) => kind === 'operator' && name === operator)
        .map(({ id }) => id),
  }
}

/** Events go in arrays; a webhook is a request of its own. */
function* requestsOf(kind: StorySender['kind'], sayings: readonly Saying[]): Generator<unknown> {
  if (kind === 'alertmanager') return yield* sayings.map(({ body }) => body)
  for (let from = 0; from < sayings.length; from += eventsInRequest) {
    yield sayings.slice(from, from + eventsInRequest).map(({ body }) => body)
  }
}
