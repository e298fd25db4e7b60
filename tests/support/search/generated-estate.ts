import { severities } from '../../../src-shared/domain/severity.ts'
import { eventEffects, type NormalisedEvent } from '../../../src-shared/domain/event.ts'

const nouns = ['disk', 'memory', 'latency', 'queue', 'certificate', 'replica', 'cpu', 'connection', 'backup']
const states = ['full', 'high', 'degraded', 'lagging', 'expired', 'unreachable', 'saturated', 'failed']
const services = 60
const hosts = 700

/** A whole number made of another one: below `below`, and as if by chance. */
export function mixed(index: number, below: number): number {
  let x = Math.imul(index + 1, 0x9e3779b1)
  x = Math.imul(x ^ (x >>> 15), 0x85ebca6b)
  return ((x ^ (x >>> 13)) >>> 0) % below
}

function pick(words: readonly string[], number: number): string {
  return words[number % words.length] ?? ''
}

/**
 * What monitoring of an estate of 700 hosts says: one event in five has a text of its own (a request's id, a measured
 * value), the others repeat some thousand texts, a few of them much more often than the rest.
 */
export function estateEvent(index: number): NormalisedEvent {
  const isOwn = index % 5 === 0
  const text = isOwn ? index : Math.min(mixed(index, 5_000), mixed(index * 7 + 3, 5_000))
  const host = mixed(text * 3 + 1, hosts)
  const service = `${pick(['payments', 'orders', 'search', 'mail', 'billing', 'stock'], host)}-${host % services}`
  const noun = pick(nouns, mixed(text, 97))
  const state = pick(states, mixed(text, 89))
  const request = mixed(index, 0xfffffff).toString(16)
  return {
    eventId: null,
    action: index % 11 === 10 ? 'resolve' : 'trigger',
    dedupKey: `host-${host}/${noun}`,
    severity: severities[mixed(text, 4)] ?? 'info',
    service,
    title: isOwn
      ? `Request ${request} to ${service} took ${mixed(index, 90_000)} ms: ${noun} ${state}`
      : `${noun} ${state} on host-${host}`,
    description: `The ${noun} of host-${host} is ${state}; see the runbook of ${service}, part ${text % 40}`,
    labels: {
      host: `host-${host}`,
      zone: `eu-${host % 3}`,
      env: host % 10 === 0 ? 'staging' : 'production',
      instance: `10.${host % 4}.${host % 250}.7:9100`,
      team: `team-${host % 12}`,
    },
    links: [],
    occurredAt: null,
    group: null,
  }
}

/** Some effect for each of them, as the log would say it. */
export function estateEffect(index: number): (typeof eventEffects)[number] {
  return eventEffects[mixed(index, eventEffects.length)] ?? 'none'
}
