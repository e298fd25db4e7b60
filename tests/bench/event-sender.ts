/**
 * Sends events at a steady rate, in arrays, and notes how long each answer took, counted from the instant at which the
 * array was due: a server that stalls makes the arrays behind it wait, and that counts too. With `mostUnderWay` arrays without
 * an answer it waits instead, so that one bad second is not all of what follows. A line ends a phase and gets what it was like.
 */
import { Agent } from 'node:http'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { answerLines } from './child-program.ts'
import { percentile } from './figure.ts'

export interface SentPhase {
  /** Events answered with 202 for each second of the phase. */
  perSecond: number
  /** Of the answers, in ms. */
  p50: number
  p99: number
  longest: number
  /** Arrays that were not accepted. */
  failed: number
}

const [url = '', token = '', perSecond = '5000', inArray = '100'] = process.argv.slice(2)
const everyMs = (1000 * Number(inArray)) / Number(perSecond)
const mostUnderWay = 32
const agent = new Agent({ keepAlive: true, maxSockets: mostUnderWay })

let sent = 0
let due = performance.now()
let phaseStarted = due
let latencies: number[] = []
let failed = 0
let underWay = 0

function sendWhatIsDue(): void {
  for (; due <= performance.now(); due += everyMs) {
    if (underWay >= mostUnderWay) {
      due = performance.now()
      return
    }
    underWay += 1
    const dueAt = due
    const first = sent
    sent += Number(inArray)
    const events = Array.from({ length: Number(inArray) }, (_, index) => sampleEvent(first + index))
    void postJson(agent, url, token, JSON.stringify(events)).then(
      ({ status }) => {
        underWay -= 1
        if (status === 202) latencies.push(performance.now() - dueAt)
        else failed += 1
      },
      () => {
        underWay -= 1
        failed += 1
      },
    )
  }
}

setInterval(sendWhatIsDue, 2)
answerLines({ ready: true }, (): SentPhase => {
  const now = performance.now()
  const phase = {
    perSecond: (latencies.length * Number(inArray) * 1000) / (now - phaseStarted),
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    longest: percentile(latencies, 1),
    failed,
  }
  latencies = []
  failed = 0
  phaseStarted = now
  return phase
})
