import { describe, expect, it } from 'vitest'
import { timelineItemOf, timelineRecordOf } from '../../src-main/core/store/timeline-record.ts'
import { changeEntry, sampleId, sampleStart } from '../support/sample-incident.ts'

describe('a line of the timeline, from the entry to the screen', () => {
  const entry = changeEntry(7, sampleStart, { kind: 'noted', text: 'looking', clientId: sampleId(9) })
  if (entry.kind !== 'incident') throw new Error('not a change')
  const record = timelineRecordOf(entry)

  it('keeps who acted, from where and why', () => {
    expect(timelineItemOf(record)).toEqual({ kind: 'change', seq: 7, at: sampleStart, change: entry.change })
  })

  it('is of no known console where an older store kept it', () => {
    const { clientId: _, ...older } = entry.change
    const kept = JSON.parse(JSON.stringify({ ...record, change: older })) as typeof record
    expect(timelineItemOf(kept)).toMatchObject({ change: { ...older, clientId: null } })
  })
})
