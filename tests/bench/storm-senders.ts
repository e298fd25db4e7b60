/**
 * The senders of the storm, in a process of their own: `url token senders`. The line `seconds perSecond` has them send at
 * that rate together, each its arrays by the clock; the answer says what became of them.
 */
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { answerLines } from './child-program.ts'

export interface StormResult {
  /** Events in arrays that were answered with 202, and how many of them the answer accepted. */
  answered: number
  accepted: number
  /** Answers of other kinds, by status; an array that was refused is not sent again. */
  refused: Record<string, number>
  seconds: number
  /** Of each answer, in ms, from the moment at which its array was due: who falls behind waits longer. */
  latencies: number[]
}

const eventsInArray = 100
const [url = '', token = '', senderCount = '8'] = process.argv.slice(2)
const senders = Number(senderCount)
const agent = new Agent({ keepAlive: true, maxSockets: senders })
let made = 0

function nextArray(): string {
  return JSON.stringify(
    Array.from({ length: eventsInArray }, () => ({ ...sampleEvent(made), id: `storm-${(made += 1)}` })),
  )
}

async function storm(seconds: number, perSecond: number): Promise<StormResult> {
  const result: StormResult = { answered: 0, accepted: 0, refused: {}, seconds: 0, latencies: [] }
  const everyMs = (1000 * eventsInArray * senders) / perSecond
  const started = performance.now()
  const sender = async (number: number): Promise<void> => {
    for (let turn = 0; turn * everyMs < seconds * 1000; turn += 1) {
      const due = started + (turn + number / senders) * everyMs
      const wait = due - performance.now()
      if (wait > 0) await sleep(wait)
      const answer = await postJson(agent, url, token, nextArray())
      result.latencies.push(performance.now() - due)
      if (answer.status === 202) {
        result.answered += eventsInArray
        result.accepted += (JSON.parse(answer.body) as { accepted: number }).accepted
      } else result.refused[answer.status] = (result.refused[answer.status] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: senders }, (_, number) => sender(number)))
  result.seconds = (performance.now() - started) / 1000
  return result
}

answerLines({}, (line) => {
  const [seconds = 1, perSecond = 1] = line.split(' ').map(Number)
  return storm(seconds, perSecond)
})
