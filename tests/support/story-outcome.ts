import { storyRules } from '../../src-server/demo/story/rules.ts'
import { settlementDb } from '../../src-server/demo/story/estate.ts'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { Incident, IncidentChange } from '../../src-shared/domain/incident.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import { readState } from './read-state.ts'
import { cell, numberCell, storyTable } from './story-page.ts'
import { until } from './test-console.ts'
import type { TestServer } from './test-server.ts'

/** What became of a telling, as far as docs/story.md says it: to be compared with `expectedOutcome`. */
export interface Outcome {
  incidents: object[]
  timelines: object[]
  alerts: object[]
}

export interface StoryEnd {
  incidents: Incident[]
  alerts: Alert[]
  /** By the id of its incident, oldest first. */
  changes: Map<string, IncidentChange[]>
  outcome: Outcome
}

const changeKinds = ['triggered', 'alertJoined', 'alertClosed', 'reopened', 'resolved'] as const
const alertGroups = storyTable('alerts', 'how many').map((row) => cell(row, 'alerts'))
const [endedBefore = '', openAtEnd = '', others = ''] = alertGroups

/** The tables of docs/story.md. */
export function expectedOutcome(): Outcome {
  return {
    incidents: storyTable('incident', 'title').map((row) => ({
      title: cell(row, 'title'),
      openedBy: cell(row, 'opened by'),
      services: cell(row, 'services').split(', '),
      alerts: numberCell(row, 'alerts'),
      severity: cell(row, 'severity'),
      flaps: numberCell(row, 'flaps'),
      status: cell(row, 'status'),
    })),
    timelines: storyTable('incident', 'first').map((row) => ({
      first: cell(row, 'first'),
      ...Object.fromEntries(changeKinds.map((kind) => [kind, numberCell(row, kind)])),
      others: 0,
      last: cell(row, 'last'),
    })),
    alerts: storyTable('alerts', 'how many').map((row) => ({
      alerts: cell(row, 'alerts'),
      count: numberCell(row, 'how many'),
      suppressed: cell(row, 'suppressed'),
      inIncident: cell(row, 'in an incident'),
    })),
  }
}

/** Reads what became of it, once nothing is left that a person would have to look at. */
export async function readStoryEnd(server: TestServer): Promise<StoryEnd> {
  let state: LogEntry[] = []
  // A timer that is due has its turn within milliseconds; what is not resolved by then is told by the comparison.
  await until('all is resolved', async () => {
    state = await readState(server, ['incidents'])
    return incidentsIn(state).every(({ status }) => status === 'resolved')
  }).catch(() => undefined)
  const titles = storyTable('incident', 'title').map((row) => cell(row, 'title'))
  const place = ({ title }: Incident): number =>
    titles.includes(title) ? titles.indexOf(title) : titles.length
  const incidents = incidentsIn(state).toSorted((a, b) => place(a) - place(b))
  const alerts = state.flatMap((entry) => (entry.kind === 'alert' ? [entry.alert] : []))
  const services = new Map(
    state.flatMap((entry) =>
      entry.kind === 'service' ? [[entry.service.id, entry.service.name] as const] : [],
    ),
  )
  const [windowEnd = NaN] = state.flatMap((entry) =>
    entry.kind === 'maintenance' && entry.window.endedAt !== null ? [entry.window.endedAt] : [],
  )
  const changes = new Map<string, IncidentChange[]>()
  for (const { id } of incidents) changes.set(id, await changesOf(server, id))
  const nameOf = (serviceId: string): string => services.get(serviceId) ?? serviceId
  const outcome: Outcome = {
    incidents: incidents.map(({ id, title, serviceIds, alertCount, severity, flapCount, status }) => ({
      title,
      openedBy: changes.get(id)?.[0]?.by.name,
      services: serviceIds.map(nameOf).toSorted(),
      alerts: alertCount,
      severity,
      flaps: flapCount,
      status,
    })),
    timelines: incidents.map(({ id }) => timelineOf(changes.get(id) ?? [])),
    alerts: alertGroups.map((group) => {
      const members = alerts.filter((alert) => groupOf(alert, nameOf(alert.serviceId), windowEnd) === group)
      const saysYes = (is: (alert: Alert) => boolean): string =>
        [...new Set(members.map((alert) => (is(alert) ? 'yes' : 'no')))].join(' and ')
      return {
        alerts: group,
        count: members.length,
        suppressed: saysYes(({ isSuppressed }) => isSuppressed),
        inIncident: saysYes(({ incidentId }) => incidentId !== null),
      }
    }),
  }
  return { incidents, alerts, changes, outcome }
}

/** Why an alert of the bad release is in its incident. */
export function releaseReason(): string {
  const [rule] = storyRules
  return (rule?.reason ?? '').replace('{label.release}', 'authorise-api/2026.48.1')
}

function groupOf({ closedAt }: Alert, service: string, windowEnd: number): string {
  if (service !== settlementDb) return others
  return closedAt !== null && closedAt < windowEnd ? endedBefore : openAtEnd
}

function timelineOf(changes: readonly IncidentChange[]): object {
  const count = (kind: IncidentChange['kind']): number =>
    changes.filter((change) => change.kind === kind).length
  const known = changeKinds.map((kind) => [kind, count(kind)] as const)
  return {
    first: changes[0]?.kind,
    ...Object.fromEntries(known),
    others: changes.length - known.reduce((sum, [, times]) => sum + times, 0),
    last: changes.at(-1)?.kind,
  }
}

function incidentsIn(state: readonly LogEntry[]): Incident[] {
  return state.flatMap((entry) => (entry.kind === 'incident' ? [entry.incident] : []))
}

async function changesOf(server: TestServer, id: string): Promise<IncidentChange[]> {
  const changes: IncidentChange[] = []
  let after: string | null = null
  do {
    const query = new URLSearchParams({ limit: '1000', ...(after === null ? {} : { after }) })
    const { body } = await server.call(`/v1/incidents/${id}?${query.toString()}`)
    const { timeline } = body as { timeline: { items: LogEntry[]; next: string | null } }
    for (const entry of timeline.items) if (entry.kind === 'incident') changes.push(entry.change)
    after = timeline.next
  } while (after !== null)
  return changes
}
