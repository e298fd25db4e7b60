import type { RuleCondition, RuleField } from '../../src-shared/correlation/rule.ts'
import { neverOn, occurrenceAt, type Interval } from '../../src-shared/domain/maintenance-schedule.ts'
import {
  timeZoneSchema,
  type MaintenancePlan,
  type MaintenanceWindow,
  type Schedule,
} from '../../src-shared/domain/maintenance.ts'
import { failure, success, type Result } from '../../src-shared/domain/result.ts'
import { texts } from '../texts.ts'
import { laterBy, readTime, toClockField, toTimeField } from './time-fields.ts'

const words = texts.maintenance.errors
const hourMs = 3_600_000
const longestMinutes = 6 * 1_440

/** A plan as its fields have it. */
export interface PlanFields {
  title: string
  /** With commas between them. */
  services: string
  /** `name=value`, with commas between them. */
  labels: string
  /** Conditions that the form has no field for: kept as they are. */
  others: readonly RuleCondition[]
  kind: Schedule['kind']
  startsAt: string
  /** Counted from when it starts. */
  endsAt: string
  weekdays: readonly number[]
  time: string
  minutes: string
  timeZone: string
  /** Of a weekly one that is changed: from when and until when it holds. */
  weeklyFrom: number
  weeklyUntil: number | null
}

/** What the form begins with: the coming hour, or what a window has. */
export function fieldsOf(
  plan: Pick<MaintenancePlan, 'title' | 'match' | 'schedule'> | null,
  now: number,
): PlanFields {
  const fields: PlanFields = {
    title: plan?.title ?? '',
    services: '',
    labels: '',
    others: [],
    kind: plan?.schedule.kind ?? 'once',
    startsAt: toTimeField(now),
    endsAt: toTimeField(laterBy(now, hourMs)),
    weekdays: [new Date(now).getDay()],
    time: toClockField(now),
    minutes: '60',
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    weeklyFrom: now,
    weeklyUntil: null,
  }
  if (plan === null) return fields
  const services: string[] = []
  const labels: string[] = []
  const others: RuleCondition[] = []
  for (const condition of plan.match) {
    const { field, anyOf, negated } = condition
    const isPlain = !negated && anyOf.every((value) => !value.includes(','))
    if (isPlain && field === 'service' && services.length === 0) services.push(...anyOf)
    else if (isPlain && field.startsWith('label.'))
      labels.push(...anyOf.map((value) => `${field.slice(6)}=${value}`))
    else others.push(condition)
  }
  Object.assign(fields, { services: services.join(', '), labels: labels.join(', '), others })
  const { schedule } = plan
  if (schedule.kind === 'once') {
    fields.startsAt = toTimeField(schedule.startsAt)
    fields.endsAt = toTimeField(schedule.endsAt)
  } else {
    fields.weekdays = schedule.weekdays
    fields.time = timeOf(schedule.startMinute)
    fields.minutes = String(schedule.durationMinutes)
    fields.timeZone = schedule.timeZone
    fields.weeklyFrom = schedule.from
    fields.weeklyUntil = schedule.until
  }
  return fields
}

/** The plan that the fields describe, or a sentence that says what is wrong with them. */
export function planOf(fields: PlanFields, now: number): Result<MaintenancePlan> {
  const title = fields.title.trim()
  if (title === '' || title.length > 200) return failure('title', words.title)
  const match = matchOf(fields)
  if (!match.ok) return match
  const schedule = fields.kind === 'once' ? onceOf(fields, now) : weeklyOf(fields, now)
  return schedule.ok ? success({ title, match: match.value, schedule: schedule.value }) : schedule
}

function matchOf({ services, labels, others }: PlanFields): Result<RuleCondition[]> {
  const named = new Map<RuleField, string[]>()
  const add = (field: RuleField, value: string): unknown =>
    named.set(field, [...(named.get(field) ?? []), value])
  for (const service of parts(services)) add('service', service)
  for (const label of parts(labels)) {
    const at = label.indexOf('=')
    const [name, value] = [label.slice(0, at).trim(), label.slice(at + 1).trim()]
    if (at < 0 || name === '' || value === '') return failure('label', words.label(label))
    add(`label.${name}`, value)
  }
  const match = [...[...named].map(([field, anyOf]) => ({ field, anyOf, negated: false })), ...others]
  return match.length === 0 ? failure('match', words.match) : success(match)
}

function onceOf(fields: PlanFields, now: number): Result<Schedule> {
  const startsAt = readTime(fields.startsAt, now)
  const endsAt = startsAt === null ? null : readTime(fields.endsAt, startsAt)
  if (startsAt === null || endsAt === null) return failure('unread', words.unread)
  if (endsAt <= startsAt) return failure('times', words.times)
  return endsAt <= now ? failure('past', words.past) : success({ kind: 'once', startsAt, endsAt })
}

function weeklyOf(fields: PlanFields, now: number): Result<Schedule> {
  const { weekdays, time, minutes, timeZone, weeklyFrom, weeklyUntil } = fields
  if (weekdays.length === 0) return failure('days', words.days)
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(time.trim())
  if (!clock) return failure('time', words.time)
  const durationMinutes = Number(minutes)
  if (!Number.isInteger(durationMinutes) || durationMinutes < 1 || durationMinutes > longestMinutes)
    return failure('minutes', words.minutes)
  const zone = timeZoneSchema.safeParse(timeZone.trim())
  if (!zone.success) return failure('timeZone', words.timeZone(timeZone))
  const weekly: Schedule = {
    kind: 'weekly',
    timeZone: zone.data,
    weekdays: weekdays.toSorted((a, b) => a - b),
    startMinute: Number(clock[1]) * 60 + Number(clock[2]),
    durationMinutes,
    from: weeklyFrom,
    until: weeklyUntil,
  }
  // Only what has an end can be over.
  return neverOn(weekly, now)
    ? failure('never', words.never(toTimeField(weeklyUntil ?? now)))
    : success(weekly)
}

export type WindowPlace = 'on' | 'coming' | 'ended'

/** Where a window stands in time, with the occurrence that is on or comes next. */
export function placeOf(
  window: MaintenanceWindow,
  now: number,
): { place: WindowPlace; occurrence: Interval | null } {
  const occurrence = occurrenceAt(window.schedule, now)
  if (window.endedAt !== null || occurrence === null) return { place: 'ended', occurrence }
  return { place: occurrence.from <= now ? 'on' : 'coming', occurrence }
}

/** `02:30` of minutes after midnight. */
export function timeOf(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}

/** What a window covers, in one line. */
export function coversWords(match: readonly RuleCondition[]): string {
  return match
    .map(
      ({ field, anyOf, negated }) =>
        `${negated ? 'not ' : ''}${field.replace(/^label\./, '')}: ${anyOf.join(', ')}`,
    )
    .join(' · ')
}

function parts(text: string): string[] {
  return text
    .split(/[,\n]/u)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
