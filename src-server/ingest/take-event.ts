import { flapped, openedAgain, settlesAfter } from '../../src-shared/correlation/flapping.ts'
import { milderAfter } from '../../src-shared/correlation/milder.ts'
import { isRedelivery, laterStart, startOf, startOfEnded } from '../../src-shared/correlation/redelivery.ts'
import { openedAlone, type CorrelatedEvent } from '../../src-shared/correlation/correlator.ts'
import type { Suppression } from '../../src-shared/correlation/maintenance-matcher.ts'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { EventEffect, NormalisedEvent } from '../../src-shared/domain/event.ts'
import type { Actor } from '../../src-shared/domain/ids.ts'
import { acknowledge } from '../../src-shared/domain/incident-actions.ts'
import { closeAlert, raiseSeverity, reopenAlert } from '../../src-shared/domain/incident-reducer.ts'
import { isWorse, type Cause } from '../../src-shared/domain/incident-step.ts'
import { moreUrgent } from '../../src-shared/domain/severity.ts'
import { letGo, suppressedBy } from '../incidents/end-maintenance.ts'
import { placeAlert, setTimers, type IncidentMove, type PlaceContext } from './place-alert.ts'
import type { TurnState } from './turn-state.ts'

export interface TakeContext extends PlaceContext {
  sourceId: string
  sourceKind: string
  sourceName: string
  settleMs: number
  /** How long after its last reopening a flapping incident waits instead, and how long an alert stays milder to be so. */
  flapSettleMs: number
  reopenMs: number
  /** An acknowledgement by a source ends by itself after this; 0: never. */
  ackTimeoutMs: number
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
  move?: IncidentMove
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
  if (effect.move) {
    state.writeIncident(effect.move.transition)
    setTimers(state.turn, effect.move, context.summaryQuietMs)
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
    if (!incident) return none(known, 'the alert has no incident')
    const { ackTimeoutMs } = context
    const decision = acknowledge(incident, cause, ackTimeoutMs === 0 ? null : ackTimeoutMs)
    if (!decision.ok) return none(known, decision.refusal.message)
    const move = { before: incident, transition: decision.transition }
    return { effect: 'acknowledged', reason: null, alert: known, moves: 'nothing', move }
  }
  const closed: Alert = {
    ...known,
    revision: known.revision + 1,
    isOpen: false,
    milder: null,
    startedAt: startOfEnded(known.startedAt, event.occurredAt),
    closedAt: cause.at,
    lastSeenAt: cause.at,
  }
  if (!incident) return { effect: 'resolved', reason: null, alert: closed, moves: 'state' }
  const worstOpen = await state.turn.worstOpenSeverity(incident.id, closed.id)
  const settlesAt = settlesAfter(incident.flapping, cause.at, context.settleMs)
  const transition = closeAlert(incident, closed, worstOpen, settlesAt, cause)
  return {
    effect: 'resolved',
    reason: null,
    alert: closed,
    moves: 'state',
    move: { before: incident, transition },
  }
}

async function trigger(
  state: TurnState,
  given: NormalisedEvent,
  known: Alert | null,
  cause: Cause,
  context: TakeContext,
): Promise<Effect> {
  if (known?.isOpen) return feed(state, given, known, cause, context)
  if (known && isRedelivery(given.occurredAt, known))
    return none(known, 'a late redelivery of an occurrence that has ended')
  const event = { ...given, occurredAt: startOf(given.occurredAt, known) }
  const correlated = correlatedOf(event, context)
  const isAgain = known !== null && cause.at - (known.closedAt ?? 0) <= context.reopenMs
  const suppression = await state.suppressing(correlated, cause.at)
  if (suppression) return suppress(state, event, isAgain ? known : null, suppression, cause, context)
  const incident = known?.incidentId ? await state.incident(known.incidentId) : null
  if (!known || !isAgain || !incident) return open(state, event, correlated, cause, context)
  const rulePriority = ruled(correlated, known, cause, context)
  const alert = { ...reopened(event, known, cause.at), rulePriority }
  const flapping = flapped(incident.flapping, alert.openedAt, cause.at, context.flapSettleMs)
  const transition = reopenAlert(incident, alert, flapping, cause)
  return { effect: 'reopened', reason: null, alert, moves: 'state', move: { before: incident, transition } }
}

/** The alert is open: its counters move, and nothing is announced unless it got worse. */
async function feed(
  state: TurnState,
  event: NormalisedEvent,
  known: Alert,
  cause: Cause,
  context: TakeContext,
): Promise<Effect> {
  const milder = milderAfter(known, event, cause.at, context.flapSettleMs)
  const alert: Alert = {
    ...known,
    ...seen(event, known, cause.at),
    startedAt: laterStart(known.startedAt, event.occurredAt),
    group: known.isSuppressed ? event.group : null,
    milder,
  }
  if (!isWorse(known.severity, event.severity)) {
    if (milder && !known.milder)
      state.turn.setTimer({ kind: 'milder', key: known.id, dueAt: milder.settlesAt })
    return { effect: 'counted', reason: null, alert: { ...alert, revision: known.revision }, moves: 'count' }
  }
  const rulePriority = ruled(correlatedOf(event, context), known, cause, context)
  const worse: Alert = { ...alert, severity: event.severity, rulePriority, milder: null }
  const incident = alert.incidentId === null ? null : await state.incident(alert.incidentId)
  if (!incident) return raiseUnseen(state, event, worse, cause, context)
  const move = { before: incident, transition: raiseSeverity(incident, worse, cause) }
  return { effect: 'raised', reason: null, alert: worse, moves: 'state', move }
}

/** An alert that has no incident got worse: a window of what is milder does not cover it any more. */
async function raiseUnseen(
  state: TurnState,
  event: NormalisedEvent,
  alert: Alert,
  cause: Cause,
  context: TakeContext,
): Promise<Effect> {
  const raised: Effect = { effect: 'raised', reason: null, alert, moves: 'state' }
  const { maintenanceId } = alert
  if (maintenanceId === null) return raised
  const service = await state.turn.service(alert.serviceId)
  const correlated = { ...correlatedOf(event, context), service: service?.name ?? event.service }
  const suppression = await state.suppressing(correlated, cause.at)
  if (suppression?.window.id === maintenanceId) return raised
  if (suppression) return { ...raised, alert: suppressedBy(state.turn, alert, suppression) }
  const before = await state.turn.maintenanceWindow(maintenanceId)
  const reason = `maintenance does not cover it: ${before?.title ?? ''}`.slice(0, 300)
  return place(state, letGo(alert), correlated, { ...cause, reason }, context)
}

/** Recorded, and nothing else while the window is on. `known`: a suppressed alert of it that came back. */
async function suppress(
  state: TurnState,
  event: NormalisedEvent,
  known: Alert | null,
  suppression: Suppression,
  cause: Cause,
  context: TakeContext,
): Promise<Effect> {
  const alert = known?.isSuppressed
    ? reopened(event, known, cause.at)
    : await freshAlert(state, event, cause.at, context)
  const suppressed = { ...suppressedBy(state.turn, alert, suppression), group: event.group }
  return { effect: 'suppressed', reason: suppressed.groupReason, alert: suppressed, moves: 'state' }
}

async function open(
  state: TurnState,
  event: NormalisedEvent,
  correlated: CorrelatedEvent,
  cause: Cause,
  context: TakeContext,
): Promise<Effect> {
  return place(state, await freshAlert(state, event, cause.at, context), correlated, cause, context)
}

/** Puts an alert that has no incident into one. */
async function place(
  state: TurnState,
  unplaced: Alert,
  correlated: CorrelatedEvent,
  cause: Cause,
  context: TakeContext,
): Promise<Effect> {
  const { alert, effect, reason, ...move } = await placeAlert(
    state.turn,
    unplaced,
    correlated,
    cause,
    context,
  )
  return { effect, reason, alert, moves: 'state', move }
}

async function freshAlert(
  state: TurnState,
  event: NormalisedEvent,
  at: number,
  { randomId, sourceId, sourceName }: TakeContext,
): Promise<Alert> {
  const service = await state.service(event.service, event.labels)
  return {
    id: randomId(),
    revision: 1,
    sourceId,
    sourceName,
    dedupKey: event.dedupKey,
    incidentId: null,
    isOpen: true,
    isSuppressed: false,
    maintenanceId: null,
    group: null,
    severity: event.severity,
    rulePriority: null,
    milder: null,
    serviceId: service.id,
    title: event.title,
    description: event.description,
    labels: event.labels,
    links: event.links,
    groupReason: openedAlone,
    count: 1,
    startedAt: event.occurredAt,
    firstSeenAt: at,
    openedAt: [at],
    lastSeenAt: at,
    closedAt: null,
  }
}

function correlatedOf(event: NormalisedEvent, context: TakeContext): CorrelatedEvent {
  const { sourceId, sourceKind, sourceName } = context
  return { ...event, sourceId, sourceKind, sourceName }
}

/** What rules say of the alert now that it came back or got worse, or said before. */
function ruled(event: CorrelatedEvent, known: Alert, { at }: Cause, { correlate }: TakeContext) {
  return moreUrgent(known.rulePriority, correlate(event, at).priority)
}

function reopened(event: NormalisedEvent, known: Alert, at: number): Alert {
  return {
    ...known,
    ...seen(event, known, at),
    isOpen: true,
    closedAt: null,
    severity: event.severity,
    milder: null,
    startedAt: event.occurredAt,
    openedAt: openedAgain(known.openedAt, at),
  }
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
