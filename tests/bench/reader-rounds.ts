import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { postJson } from '../support/post-events.ts'
import type { ChildProgram } from './child-program.ts'
import { cpuMs } from './figure.ts'
import type { Received } from './stream-readers.ts'

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** Where bodies are posted to, and whose CPU time is counted. */
export interface PostTarget {
  pid: number
  url: string
  token: string
}

/** Posts these bodies one after another; the next a little after the answer, so that each travels in a message of its own. */
export async function postEach({ url, token }: PostTarget, bodies: readonly string[]): Promise<void> {
  for (const body of bodies) {
    const answer = await postJson(agent, url, token, body)
    if (answer.status !== 202) throw new Error(`answered ${answer.status}: ${answer.body}`)
    await sleep(2)
  }
}

/** What the readers got since they were last asked, once nothing more has come for 300 ms. */
export async function settled(readers: ChildProgram<unknown>): Promise<Received> {
  const sum: Received = { messages: 0, bytes: 0, lowest: 0 }
  for (;;) {
    const more = await readers.ask<Received>('report')
    sum.messages += more.messages
    sum.bytes += more.bytes
    sum.lowest = more.lowest
    if (more.messages === 0 && sum.messages > 0) return sum
    await sleep(300)
  }
}

export interface FanOutRound extends Received {
  /** CPU time of the server, in milliseconds. */
  cpu: number
  /** How long the round took. */
  seconds: number
}

/** One round: posts the bodies, waits until the readers have them, and says what the server's process took for it. */
export async function fanOutRound(
  target: PostTarget,
  bodies: readonly string[],
  readers: ChildProgram<unknown>,
): Promise<FanOutRound> {
  await readers.ask('report')
  const startedAt = performance.now()
  const before = await cpuMs(target.pid)
  await postEach(target, bodies)
  const got = await settled(readers)
  const cpu = (await cpuMs(target.pid)) - before
  return { ...got, cpu, seconds: (performance.now() - startedAt) / 1000 }
}

/** The same without any readers: what has to be taken off. Waits as long as a round with readers does. */
export async function aloneRound(target: PostTarget, bodies: readonly string[]): Promise<number> {
  const before = await cpuMs(target.pid)
  await postEach(target, bodies)
  await sleep(600)
  return (await cpuMs(target.pid)) - before
}

/** What the server takes for readers that are only connected and acknowledge: CPU milliseconds a second. */
export async function idleCost(pid: number, seconds: number): Promise<number> {
  const before = await cpuMs(pid)
  await sleep(seconds * 1000)
  return ((await cpuMs(pid)) - before) / seconds
}

/** Closes the connections over which bodies were posted. */
export function stopPosting(): void {
  agent.destroy()
}
