import { Agent } from 'node:http'
import { postJson } from '../post-events.ts'

export interface EventLoad {
  /** Ids of all events that were answered 202 so far. */
  readonly accepted: ReadonlySet<string>
  /** How often an event was sent again because no answer came. */
  readonly resent: number
  /** Sends what is underway until it is answered, and nothing new. */
  finish(): Promise<void>
  /** Sends nothing any more, answered or not. */
  abandon(): void
}

/** Keys that repeat: alerts open, count, close and open again. */
const keys = 60
/** Every so many-th event closes its alert. */
const resolveEvery = 5
/** Between two events of one connection, and before one is sent again, in ms. */
const pauseMs = 8
const againAfterMs = 40
/** When nothing new is sent any more, the last answers come within this, or something is broken. */
const lastAnswersWithinMs = 20_000

/**
 * Sends events with ids of their own over several connections, one after the other on each. What gets no answer
 * is sent again with the same id, as a sender does whose server was killed.
 */
export function startEventLoad(options: { url: string; token: string; connections: number }): EventLoad {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections, timeout: 10_000 })
  const address = `${options.url}/v1/ingest/events`
  const accepted = new Set<string>()
  let overAt: number | null = null
  let resent = 0

  const deliver = async (event: { id: string }): Promise<void> => {
    const body = JSON.stringify(event)
    for (;;) {
      const status = await postJson(agent, address, options.token, body).then(
        (answer) => answer.status,
        () => null,
      )
      if (status === 202) {
        accepted.add(event.id)
        return
      }
      if (status !== null && status < 500) throw new Error(`${event.id} was refused with ${status}`)
      if (overAt !== null && performance.now() - overAt > lastAnswersWithinMs)
        throw new Error(`${event.id} is still not accepted (${status ?? 'no answer'})`)
      resent += 1
      await pause(againAfterMs)
    }
  }
  const connection = async (number: number): Promise<void> => {
    for (let index = 0; overAt === null; index += 1) {
      await deliver(eventOf(number, index))
      await pause(pauseMs)
    }
  }
  const running = Promise.all(Array.from({ length: options.connections }, (_, number) => connection(number)))
  // A refusal is told by `finish`, not as an unhandled rejection on the way.
  running.catch(() => undefined)

  return {
    accepted,
    get resent() {
      return resent
    },
    finish: async () => {
      overAt ??= performance.now()
      await running
      agent.destroy()
    },
    abandon: () => {
      overAt = Number.NEGATIVE_INFINITY
      agent.destroy()
    },
  }
}

function eventOf(connection: number, index: number) {
  const key = (index * 7 + connection * 13) % keys
  return {
    id: `event-${connection}-${index}`,
    action: index % resolveEvery === resolveEvery - 1 ? 'resolve' : 'trigger',
    dedupKey: `host-${key}/disk`,
    severity: (['warning', 'error', 'critical'] as const)[(key + (index >> 6)) % 3],
    service: `service-${key % 30}`,
    title: `Disk full on host-${key}`,
    labels: { host: `host-${key}` },
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
