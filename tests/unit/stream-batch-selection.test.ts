import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StoredEntry } from '../../src-server/log/log-store.ts'
import { CatchUpSelection } from '../../src-server/stream/batch-selection.ts'
import { createSubscription } from '../../src-server/stream/subscription.ts'

const watched = '0192f7a0-1111-7000-8000-000000000040'
const service = '0192f7a0-2222-7000-8000-000000000007'

type What = Pick<StoredEntry, 'kind' | 'thing' | 'incidentId' | 'serviceIds'> & { bytes: number }

function entriesOf(all: readonly What[]): StoredEntry[] {
  return all.map(({ bytes, ...route }, index) => ({
    ...route,
    seq: index + 1,
    at: 0,
    json: 'x'.repeat(bytes),
  }))
}

function sizeOf(kept: readonly StoredEntry[]): number {
  return kept.reduce((sum, { json }) => sum + json.length, 0)
}

/** A thousand alerts, again and again: what one chunk of the log has of a storm. */
function storm(alerts: number, bytes: number, count = 2_000): StoredEntry[] {
  return entriesOf(
    Array.from({ length: count }, (_, index) => ({
      kind: 'alert',
      thing: `alert:${index % alerts}`,
      incidentId: null,
      serviceIds: [],
      bytes,
    })),
  )
}

describe('a catch-up batch', () => {
  it.each([
    [1_000, 800],
    [1_000, 2_000],
    [150, 5_000],
    [1_000, 20_000],
  ])('of a storm on %d alerts of %d bytes is no larger than twice its limit', (alerts, bytes) => {
    const maxBytes = 262_144
    const batch = new CatchUpSelection(createSubscription(['incidents']), { tailFloor: 0, maxBytes }, 0)
    const entries = storm(alerts, bytes)
    batch.add(entries, entries.length)
    const { kept, superseded, to } = batch.selection
    expect(sizeOf(kept)).toBeLessThanOrEqual(2 * maxBytes)
    expect(sizeOf(kept)).toBeGreaterThan(maxBytes / 2)
    expect(to).toBe(kept.length + superseded)
  })

  it('of a storm brings one state of each alert over a long stretch, though the first of them take more than its limit', () => {
    const maxBytes = 262_144
    const batch = new CatchUpSelection(createSubscription(['incidents']), { tailFloor: 0, maxBytes }, 0)
    const entries = storm(500, 800, 16_000)
    for (let at = 0; at < entries.length; at += 2_000)
      expect(batch.add(entries.slice(at, at + 2_000), at + 2_000)).toBe(true)
    expect(batch.selection).toMatchObject({ superseded: 15_500, to: 16_000 })
  })

  const thing = fc.constantFrom('alert:1', 'alert:2', 'incident:1', 'incident:2')
  const entry: fc.Arbitrary<What> = fc.record({
    kind: fc.constantFrom('event', 'alert', 'incident', 'removed'),
    thing,
    // One thing is now in what the reader follows, now not: a merge moves an alert, a split a service.
    incidentId: fc.constantFrom(null, watched),
    serviceIds: fc.constantFrom([], [service]),
    bytes: fc.integer({ min: 1, max: 40 }),
  })
  const channels = fc.constantFrom(
    ['incidents'],
    ['incidents', `incident:${watched}`, 'feed:tail'],
    [`service:${service}`],
    [`service:${service}`, `incident:${watched}`],
    ['feed:all', 'incidents'],
  )

  it('leaves out a state for a newer one within it and for nothing else, in the order of the log, within its size', () => {
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 120, size: 'max' }),
        channels,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 40, max: 400 }),
        fc.nat(60),
        (all, wantedChannels, chunk, maxBytes, tailFloor) => {
          const subscription = createSubscription(wantedChannels)
          const log = entriesOf(all).map((each) =>
            each.kind === 'event'
              ? { ...each, thing: null }
              : each.kind === 'removed'
                ? { ...each, of: 'alert' }
                : each,
          )
          for (let from = 0; from < log.length;) {
            const batch = new CatchUpSelection(subscription, { tailFloor, maxBytes }, from)
            for (let at = from, isOpen = true; isOpen && at < log.length; at += chunk)
              isOpen = batch.add(log.slice(at, at + chunk), Math.min(at + chunk, log.length))
            const { kept, superseded, skipped, to } = batch.selection
            expect(to).toBeGreaterThan(from)
            const match = (each: StoredEntry) => subscription.match(each)
            const wanted = log.slice(from, to).filter((each) => match(each).wanted)
            expect(kept.length + superseded + skipped).toBe(wanted.length)
            const seqs = kept.map(({ seq }) => seq)
            expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
            const isKept = new Set(seqs)
            for (const each of wanted) {
              const isOld = each.kind === 'event' && !match(each).whole && each.seq <= tailFloor
              const hasNewer = wanted.some((other) => other.thing === each.thing && other.seq > each.seq)
              const mayGo = isOld || (each.thing !== null && !match(each).whole && hasNewer)
              if (!mayGo) expect(isKept.has(each.seq)).toBe(true)
            }
            const left = wanted.filter(({ seq }) => !isKept.has(seq))
            const fits = sizeOf(kept) <= Math.min(2 * maxBytes, maxBytes + sizeOf(left))
            expect(fits || wanted.length === 1).toBe(true)
            from = to
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
