import type { MonitoringEvent } from '../../src-shared/domain/event.ts'
import type { EntryOf } from '../../src-shared/domain/log-entry.ts'
import type { Filter } from '../../src-shared/filter/filter.ts'
import { createEventMatch, type EventMatch, type EventSubject } from '../../src-shared/filter/match-event.ts'
import type { BlockHead } from './block-table.ts'
import type { Budget } from './budget.ts'
import { ContentVerdicts } from './content-verdicts.ts'
import { flagValues, keyHashOf, readFlags, type EventPlaces } from './event-block.ts'
import { planContents } from './plan-filter.ts'
import type { SearchedIndex } from './searched-index.ts'
import type { EventPage, EventsQuestion } from './search-messages.ts'

const stepEvents = 100
/** A millisecond of looking at contents, or two. */
const stepContents = 400

type Found = EntryOf<'event'>

/** A page of the events that a filter lets through, newest first; it ends when it is full or its time is over. */
export function findEvents(index: SearchedIndex, question: EventsQuestion, budget: Budget): EventPage {
  const { filter, after, limit, now } = question
  const match = createEventMatch(filter)
  const items: MonitoringEvent[] = []
  let before = after === null ? Number.MAX_SAFE_INTEGER : Number(after)
  for (const candidate of candidates(index, question, before)) {
    // Asked after the first: each page gets on by at least one.
    if (budget.isOver()) return { items, next: String(before), index: index.reach() }
    before = candidate.seq
    const entry = candidate.entry()
    if (!entry || !match(entry.event, now)) continue
    items.push(entry.event)
    if (items.length === limit) return { items, next: String(before), index: index.reach() }
  }
  return { items, next: null, index: index.reach() }
}

/** An event that can fit, or a place that was reached while none did. */
interface Candidate {
  seq: number
  /** Null when it is certain that it does not fit, or when the log has forgotten it. */
  entry(): Found | null
}

function* candidates(index: SearchedIndex, question: EventsQuestion, before: number): Generator<Candidate> {
  if (question.incidentId !== null) {
    yield* direct(index, question, before, 0)
    return
  }
  const { cursor } = index.progress
  yield* direct(index, question, before, cursor)
  yield* indexed(index, question, Math.min(before, cursor + 1))
}

/** Those of the log itself, above `above`. */
function* direct(
  { reads }: SearchedIndex,
  { incidentId }: EventsQuestion,
  before: number,
  above: number,
): Generator<Candidate> {
  for (let after: string | null = String(before); after !== null;) {
    const page = reads.events({ incidentId, after, limit: stepEvents })
    for (const entry of page.items) {
      if (entry.seq <= above) return
      yield { seq: entry.seq, entry: () => entry }
    }
    after = page.next
  }
}

/** Those that the index cannot rule out. */
function* indexed(index: SearchedIndex, question: EventsQuestion, before: number): Generator<Candidate> {
  const { filter, now } = question
  const verdicts = new ContentVerdicts(index, planContents(filter))
  const fitsFlags = flagTest(filter)
  const fitsKey = keyTest(filter)
  const times = timeTests(filter, now)
  const { blocks } = index
  for (const head of blocks.headsBefore(before)) {
    if (!times.every((fits) => canFit(head, fits))) {
      yield { seq: head.firstSeq, entry: () => null }
      continue
    }
    yield* inBlock(head)
  }

  function* inBlock(head: BlockHead): Generator<Candidate> {
    const { contentIds, flags, keyHashes } = blocks.kinds(head)
    // Most blocks of a rare search have nothing of it: where their events are is not read.
    let places: EventPlaces | null = null
    let lookedAt = verdicts.lookedAt
    for (
      let at = verdicts.nextPossible(contentIds, head.events - 1);
      at >= 0;
      at = verdicts.nextPossible(contentIds, at - 1)
    ) {
      if (fitsFlags[flags[at] ?? 0] !== 1 || !fitsKey(keyHashes[at] ?? 0)) continue
      const fits = verdicts.fits(contentIds[at] ?? 0)
      const isPause = verdicts.lookedAt - lookedAt >= stepContents
      if (!fits && !isPause) continue
      lookedAt = verdicts.lookedAt
      places ??= blocks.places(head)
      const seq = places.seqs[at] ?? 0
      if (seq >= before) continue
      const receivedAt = places.receivedAts[at] ?? 0
      const isCandidate = fits && times.every((fitsTime) => fitsTime(receivedAt))
      // Contents that are looked at for the first time take time even when none fits.
      yield { seq, entry: () => (isCandidate ? index.event(seq) : null) }
    }
    yield { seq: Math.min(before, head.firstSeq), entry: () => null }
  }
}

const blank = {
  title: '',
  description: '',
  service: '',
  sourceName: '',
  labels: {},
  severity: 'info',
  action: 'trigger',
  effect: 'none',
  receivedAt: 0,
  dedupKey: '',
} as const satisfies EventSubject

/** For each number of flags 1 when events with it can fit. */
function flagTest({ terms }: Filter): Uint8Array {
  const match = createEventMatch({
    terms: terms.filter(({ condition }) => ['severity', 'action', 'effect'].includes(condition.kind)),
  })
  return Uint8Array.from({ length: flagValues }, (_, flags) => {
    const read = readFlags(flags)
    return read && match({ ...blank, ...read }, 0) ? 1 : 0
  })
}

/** Whether an event whose key has this hash can fit. */
function keyTest({ terms }: Filter): (keyHash: number) => boolean {
  const wanted = terms.flatMap(({ negated, condition }) =>
    condition.kind === 'key' && !negated ? [new Set(condition.anyOf.map(keyHashOf))] : [],
  )
  return (keyHash) => wanted.every((hashes) => hashes.has(keyHash))
}

type TimeTest = (receivedAt: number) => boolean

/** One test for each term about time. Each compares: what fits it lies on one side of an instant. */
function timeTests({ terms }: Filter, now: number): TimeTest[] {
  const probe = { ...blank, receivedAt: 0 }
  return terms
    .filter(({ condition }) => condition.kind === 'instant' || condition.kind === 'duration')
    .map((term) => {
      const match: EventMatch = createEventMatch({ terms: [term] })
      return (receivedAt) => {
        probe.receivedAt = receivedAt
        return match(probe, now)
      }
    })
}

/** Whether some instant within a block can fit: if neither end does, none between them does. */
function canFit({ oldestAt, newestAt }: BlockHead, fits: TimeTest): boolean {
  return fits(oldestAt) || fits(newestAt)
}
