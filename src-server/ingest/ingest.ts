import type { Correlator } from '../../src-shared/correlation/correlator.ts'
import type { NormalisedEvent } from '../../src-shared/domain/event.ts'
import type { ServiceRule } from '../../src-shared/services/service-rule.ts'
import type { Problem } from '../../src-shared/protocol/problem.ts'
import type { TokenIdentity } from '../access/tokens.ts'
import type { LogStore } from '../log/log-store.ts'
import { normaliseAlertmanager } from './alertmanager.ts'
import { normaliseEvents } from './events.ts'
import { heardFrom } from './heard-from.ts'
import { createServiceNaming } from './name-service.ts'
import type { Member, Normaliser } from './normaliser.ts'
import { takeEvent, type TakeContext } from './take-event.ts'
import { TurnState } from './turn-state.ts'

export interface IngestAnswer {
  status: number
  body: object
}

export interface Ingest {
  /** Answers after the commit. Rejects with `StoreUnavailableError` when nothing could be kept. */
  accept(kind: string, identity: TokenIdentity, body: unknown, rawText: string): Promise<IngestAnswer>
}

export interface IngestOptions {
  store: LogStore
  randomId: () => string
  /** Asks the configured rules, then the built-in ones. */
  correlate: Correlator
  /** Which service an event is about; tried in order before the built-in ones. */
  serviceRules?: readonly ServiceRule[]
  settleMs: number
  flapSettleMs: number
  reopenMs: number
  /** An acknowledgement by a source ends by itself after this; 0: never. */
  ackTimeoutMs: number
  summaryQuietMs: number
}

type Item = { id: string; dedupKey: string; duplicate: boolean } | { heartbeat: boolean } | { error: Problem }

const normalisers: Readonly<Record<string, Normaliser>> = {
  events: normaliseEvents,
  alertmanager: normaliseAlertmanager,
}

/** Takes in what sources send: normalised, decided and written in one turn, answered once it is on disk. */
export function createIngest(options: IngestOptions): Ingest {
  const { store, randomId } = options
  const nameServices = createServiceNaming(options.serviceRules ?? [])
  return {
    accept: async (kind, identity, body, rawText) => {
      const normalise = Object.hasOwn(normalisers, kind) ? normalisers[kind] : undefined
      if (!normalise) return refusal(404, unknownKind(kind))
      const normalised = normalise(body, rawText, { newKey: randomId })
      if (!normalised.ok) return refusal(400, normalised.problem)
      const members = nameServices(normalised.members, { sourceKind: kind, sourceName: identity.name })
      const firstProblem = members.find((member) => !member.ok)
      if (firstProblem && members.every((member) => !member.ok)) return refusal(400, firstProblem.problem)

      const beats = members.flatMap((member) => (member.ok && member.heartbeat ? [member] : []))
      const endedBeats = beats.filter(({ hasEnded }) => hasEnded).length
      const hearing = {
        identity,
        kind,
        hasWatchdog: endedBeats < beats.length,
        hasOnlyEnded: endedBeats === members.length,
      }
      const items = await store.write(async (turn) => {
        const sourceId = await heardFrom(turn, hearing)
        const source = { sourceId, sourceKind: kind, sourceName: identity.name }
        const context: TakeContext = { ...options, ...source }
        const state = new TurnState(turn, randomId)
        const taken: Item[] = []
        for (const member of members) taken.push(await takeMember(state, member, context))
        state.finish()
        return taken
      })
      const accepted = items.filter((item) => !('error' in item)).length
      return { status: 202, body: { accepted, items } }
    },
  }
}

async function takeMember(state: TurnState, member: Member, context: TakeContext): Promise<Item> {
  if (!member.ok) return { error: member.problem }
  if (member.heartbeat) return { heartbeat: !member.hasEnded }
  const { raw } = member
  const event = asKept(member.event)
  const { eventId, dedupKey } = event
  const before = eventId === null ? null : await state.turn.acceptedEvent(context.sourceId, eventId)
  if (before !== null) return { ...before, duplicate: true }
  return { id: await takeEvent(state, event, raw, context), dedupKey, duplicate: false }
}

/** With no half characters in what things are found by: the store keeps none, and would find it by something else. */
function asKept(event: NormalisedEvent): NormalisedEvent {
  return {
    ...event,
    dedupKey: event.dedupKey.toWellFormed(),
    service: event.service.toWellFormed(),
  }
}

function unknownKind(kind: string): Problem {
  const known = Object.keys(normalisers).join(', ')
  return {
    code: 'unknownKind',
    message: `there is no ingest of the kind ${kind}; use ${known}`,
    field: 'kind',
  }
}

function refusal(status: number, error: Problem): IngestAnswer {
  return { status, body: { error } }
}
