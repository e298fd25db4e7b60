import type { TimelineItem } from '../../../src-shared/console-views.ts'
import type { MonitoringEvent } from '../../../src-shared/domain/event.ts'
import type { EntryOf } from '../../../src-shared/domain/log-entry.ts'
import type { Summary } from '../../../src-shared/domain/summary.ts'

type Position = Pick<EntryOf<'event'>, 'seq' | 'at'>

/**
 * What is kept of an entry for its incident's timeline: what is shown of it, because a state is kept beside it anyway.
 * Older stores kept the whole entry, which has the same fields and more.
 */
export type TimelineRecord = Position &
  (
    | Pick<EntryOf<'incident'>, 'kind' | 'change'>
    | { kind: 'summary'; summary: Pick<Summary, 'provider' | 'tookMs'> }
    | { kind: 'event'; event: ShownOfEvent }
  )

type ShownOfEvent = Pick<
  MonitoringEvent,
  'id' | 'action' | 'severity' | 'effect' | 'title' | 'sourceName' | 'service'
>

export function timelineRecordOf(
  entry: EntryOf<'incident'> | EntryOf<'summary'> | EntryOf<'event'>,
): TimelineRecord {
  const { seq, at } = entry
  switch (entry.kind) {
    case 'incident':
      return { seq, at, kind: 'incident', change: entry.change }
    case 'summary': {
      const { provider, tookMs } = entry.summary
      return { seq, at, kind: 'summary', summary: { provider, tookMs } }
    }
    case 'event': {
      const { id, action, severity, effect, title, sourceName, service } = entry.event
      return { seq, at, kind: 'event', event: { id, action, severity, effect, title, sourceName, service } }
    }
  }
}

/** What records of older stores do not say. */
const sinceChange = { clientId: null }

/** How the timeline shows it. */
export function timelineItemOf(record: TimelineRecord): TimelineItem {
  const { seq, at } = record
  switch (record.kind) {
    case 'incident':
      return { kind: 'change', seq, at, change: { ...sinceChange, ...record.change } }
    case 'summary': {
      const { provider, tookMs } = record.summary
      return { kind: 'summary', seq, at, provider, tookMs }
    }
    case 'event': {
      const { id, service, action, severity, effect, title, sourceName } = record.event
      return {
        kind: 'event',
        seq,
        at,
        eventId: id,
        action,
        severity,
        effect,
        title,
        sourceName,
        serviceName: service,
      }
    }
  }
}
