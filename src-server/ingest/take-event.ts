import { flapped, openedAgain, settlesAfter } from '../../src-shared/correlation/flapping.ts'
import { openedAlone, type Correlator } from '../../src-shared/correlation/correlator.ts'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { EventEffect, NormalisedEvent } from '../../src-shared/domain/event.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import type { Actor } from '../../src-shared/domain/ids.ts'
import { acknowledge } from '../../src-shared/domain/incident-actions.ts'
import {
  closeAlert,
  joinAlert,
  openIncident,
  raiseSeverity,
  reopenAlert,
} from '../../src-shared/domain/incident-reducer.ts'
import { isWorse, type Cause, type Transition } from '../../src-shared/domain/incident-step.ts'
import type { TurnState } from './turn-state.ts'

export interface TakeContext {
  sourceId: string
  sourceKind: string
  sourceName: string
  randomId: () => string
  /** Asks the configured rules, then the built-in ones. */
  correlate: Correlator
  settleMs: number
  /** How long after its last reopening a flapping incident waits instead. */
  flapSettleMs: number
  reopenMs: number
  /** An incident is summarised after so much quiet. */
  summaryQuietMs: number
}

/** What an event did: its entry in the log is written before what follows from it. */
interface Effect {
  effect: EventEffect
  reason: string | null
  alert: Alert | null
  /** What becomes of the alert: a new state, counters alone, or nothing. */
  moves: 'state' | 'count' | 'nothing'
  transition?: Transition
}

/** Takes one event in: records it with its effect, and moves its alert and incident. Returns its id. */
export async function takeEvent(
  state: TurnState,
  event: NormalisedEvent,
  raw: string,
  context: TakeContext,
): Promise<string> {
  const id = context.randomId()
  const effect = await decide(state, event, id, context)
  const { sourceId, sourceKind, sourceName } = context
  const recorded = {
    ...event,
    id,
    sourceId,
    sourceKind,
    sourceName,
    receivedAt: state.turn.now,
    alertId: effect.alert?.id ?? null,
    incidentId: effect.alert?.incidentId ?? null,
    effect: effect.effect,
    effectReason: effect.reason,
  }
  state.turn.append({ kind: 'event', event: recorded }, raw)
  if (effect.alert && effect.moves === 'count') state.countAlert(effect.alert)
  if (effect.alert && effect.moves === 'state') state.writeAlert(effect.alert)
  if (effect.transition) {
    state.writeIncident(effect.transition)
    setTimers(state, effect.transition, context)
  }
  return id
}

async function decide(
  state: TurnState,
  event: NormalisedEvent,
  eventId: string,
  context: TakeContext,
): Promise<Effect> {
  const known = await state.latestAlert(context.sourceId, event.dedupKey)
  const by: Actor = { kind: 'source', name: context.sourceName }
  const cause: Cause = { at: state.turn.now, by, eventId }
  if (event.action === 'trigger') return trigger(state, event, known, cause, context)
  if (!known?.isOpen) return none(known, 'no open alert has this key')
  const incident = known.incidentId === null ? null : await state.incident(known.incidentId)
  if (event.action === 'acknowledge') {
    const decision = incident ? acknowledge(incident, cause) : null
    if (!decision?.ok) return none(known, decision?.refusal.message ?? 'the alert has no incident')
    return {
      effect: 'acknowledged',
      reason: null,
      alert: known,
      moves: 'nothing',
      transition: decision.transition,
    }
  }
  const closed: Alert = {
    ...known,
    revision: known.revision + 1,
    isOpen: false,
    closedAt: cause.at,
    lastSeenAt: cause.at,
  }
  if (!incident) return { effect: 'resolved', reason: null, alert: closed, moves: 'state' }
  const worstOpen = await state.turn.worstOpenSeverity(incident.id, closed.id)
  const settlesAt = settlesAfter(incident.flapping, cause.at, context.settleMs)
  const transition = closeAlert(incident, closed, worstOpen, settlesAt, cause)
  return { effect: 'resolved', reason: null, alert: closed, moves: 'state', transition }
}

async function trigger(
  state: TurnState,
  event: NormalisedEvent,
  known: Alert | null,
  cause: Cause,
  context: TakeContext,
): Promise<Effect> {
  if (known?.isOpen) return feed(state, event, known, cause)
  if (known && isRedelivery(event, known))
    return none(known, 'a late redelivery of an occurrence that has ended')
  const incident = known?.incidentId ? await state.incident(known.incidentId) : null
  if (known && incident && cause.at - (known.closedAt ?? 0) <= context.reopenMs) {
    const alert: Alert = {
      ...known,
      ...seen(event, known, cause.at),
      isOpen: true,
      closedAt: null,
      severity: event.severity,
      startedAt: event.occurredAt,
      openedAt: openedAgain(known.openedAt, cause.at),
    }
    const flapping = flapped(incident.flapping, alert.openedAt, cause.at, context.flapSettleMs)
    const transition = reopenAlert(incident, alert, flapping, cause)
    return { effect: 'reopened', reason: null, alert, moves: 'state', transition }
  }
  return open(state, event, cause, context)
}

/** The alert is open: its counters move, and nothing is announced unless it got worse. */
async function feed(state: TurnState, event: NormalisedEvent, known: Alert, cause: Cause): Promise<Effect> {
  const alert: Alert = {
    ...known,
    ...seen(event, known, cause.at),
    startedAt: event.occurredAt ?? known.startedAt,
  }
  if (!isWorse(known.severity, event.severity)) {
    return { effect: 'counted', reason: null, alert: { ...alert, revision: known.revision }, moves: 'count' }
  }
  const worse: Alert = { ...alert, severity: event.severity }
  const incident = alert.incidentId === null ? null : await state.incident(alert.incidentId)
  if (!incident) return { effect: 'raised', reason: null, alert: worse, moves: 'state' }
  return {
    effect: 'raised',
    reason: null,
    alert: worse,
    moves: 'state',
    transition: raiseSeverity(incident, worse, cause),
  }
}

async function open(
  state: TurnState,
  event: NormalisedEvent,
  cause: Cause,
  context: TakeContext,
): Promise<Effect> {
  const { turn } = state
  const service = await state.service(event.service)
  const { sourceId, sourceKind, sourceName } = context
  const candidates = context.correlate({ ...event, sourceId, sourceKind, sourceName }, cause.at)
  const alert: Alert = {
    id: context.randomId(),
    revision: 1,
    sourceId: context.sourceId,
    sourceName: context.sourceName,
    dedupKey: event.dedupKey,
    incidentId: null,
    isOpen: true,
    isSuppressed: false,
    maintenanceId: null,
    severity: event.severity,
    serviceId: service.id,
    title: event.title,
    description: event.description,
    labels: event.labels,
    links: event.links,
    groupReason: openedAlone,
    count: 1,
    startedAt: event.occurredAt,
    firstSeenAt: cause.at,
    openedAt: [cause.at],
    lastSeenAt: cause.at,
    closedAt: null,
  }
  for (const candidate of candidates) {
    const found = await turn.incidentByGroup(candidate.key)
    if (!found || !candidate.admits(found)) continue
    const joined: Alert = { ...alert, incidentId: found.id, groupReason: candidate.reason }
    const transition = joinAlert(found, joined, { ...cause, reason: candidate.reason })
    bind(state, candidates, found.id)
    return { effect: 'joined', reason: candidate.reason, alert: joined, moves: 'state', transition }
  }
  const incidentId = context.randomId()
  bind(state, candidates, incidentId)
  const opener: Alert = { ...alert, incidentId }
  const transition = openIncident(incidentId, await turn.nextIncidentNumber(), opener, cause)
  return { effect: 'opened', reason: null, alert: opener, moves: 'state', transition }
}

function bind(state: TurnState, candidates: readonly { key: string }[], incidentId: string): void {
  for (const { key } of candidates) state.turn.bindGroup(key, incidentId)
}

/** The sender's own word for the start of an occurrence that is over (a manual resolve is not undone by repeats). */
function isRedelivery(event: NormalisedEvent, known: Alert): boolean {
  return event.occurredAt !== null && known.startedAt !== null && event.occurredAt <= known.startedAt
}

function seen(event: NormalisedEvent, known: Alert, at: number) {
  const { title, description, labels, links } = event
  return {
    title,
    description,
    labels,
    links,
    count: known.count + 1,
    lastSeenAt: at,
    revision: known.revision + 1,
  }
}

function none(alert: Alert | null, reason: string): Effect {
  return { effect: 'none', reason, alert, moves: 'nothing' }
}

function setTimers(state: TurnState, { incident, change }: Transition, context: TakeContext): void {
  const { turn } = state
  if (incident.settlesAt === null) turn.clearTimer('settle', incident.id)
  else turn.setTimer({ kind: 'settle', key: incident.id, dueAt: incident.settlesAt })
  // One that flaps has its summary of that, and another when it has come to rest.
  if (change.kind !== 'alertClosed' && !isKnownFlap({ incident, change })) {
    turn.setTimer({ kind: 'summary', key: incident.id, dueAt: summaryDueAt(incident, turn.now, context) })
  }
}

function isKnownFlap({ incident: { flapping, updatedAt }, change }: Transition): boolean {
  return change.kind === 'reopened' && flapping !== null && flapping.since < updatedAt
}

/** After some quiet; but what never gets quiet after opening has its first summary within six times that. */
function summaryDueAt(incident: Incident, now: number, { summaryQuietMs }: TakeContext): number {
  const quiet = now + summaryQuietMs
  const latest = incident.triggeredAt + 6 * summaryQuietMs
  return latest > now ? Math.min(quiet, latest) : quiet
}
