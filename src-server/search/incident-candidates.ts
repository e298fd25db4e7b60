import { assertNever } from '../../src-shared/domain/result.ts'
import { anyPattern } from '../../src-shared/filter/condition-tests.ts'
import type { Condition, Filter } from '../../src-shared/filter/filter.ts'
import { readEntryOf } from '../log/read-entry.ts'
import { listContents } from './content-verdicts.ts'
import { requirementOf } from './plan-filter.ts'
import type { SearchedIndex } from './searched-index.ts'

/**
 * Numbers of incidents among which all are that a filter lets through, highest first; null when the index does not narrow
 * them down, or does not reach far enough to say. What has changed since it was made is among them.
 */
export function incidentCandidates(index: SearchedIndex, { terms }: Filter): number[] | null {
  if (index.isBuilding()) return null
  const [first, ...others] = terms
    .filter(({ negated }) => !negated)
    .flatMap(({ condition }) => numbersFor(index, condition) ?? [])
  if (!first) return null
  const inAll = [...first].filter((number) => others.every((numbers) => numbers.has(number)))
  return [...new Set([...inAll, ...changedSince(index)])].toSorted((a, b) => b - a)
}

/** Every incident that fits a condition, and others; null when they are too many, or the index does not know. */
function numbersFor(index: SearchedIndex, condition: Condition): Set<number> | null {
  switch (condition.kind) {
    case 'number':
      return condition.field === 'number' && condition.operator === ':' ? new Set(condition.anyOf) : null
    case 'words': {
      const numbers = withContent(index, condition)
      const wanted = condition.text.toLowerCase()
      const named = withService(index, (name) => name.toLowerCase().includes(wanted))
      const numbered = withNumber(index, wanted)
      return numbers && named && numbered ? new Set([...numbers, ...named, ...numbered]) : null
    }
    case 'text': {
      if (condition.field !== 'service') return withContent(index, condition)
      return withService(index, anyPattern(condition.anyOf))
    }
    case 'label':
      return withContent(index, condition)
    case 'status':
    case 'severity':
    case 'priority':
    case 'action':
    case 'effect':
    case 'key':
    case 'duration':
    case 'instant':
    case 'is':
      return null
    default:
      return assertNever(condition)
  }
}

function withContent(index: SearchedIndex, condition: Condition): Set<number> | null {
  const requirement = requirementOf(condition)
  if (!requirement) return null
  const { carriers, limits } = index
  const contents = listContents(index, { requirements: [requirement], short: [] }, limits.mostContents)
  if (!contents) return null
  const numbers = new Set<number>()
  for (const id of contents) {
    for (const number of carriers.numbersWith(id, limits.mostIncidents + 1)) numbers.add(number)
    if (numbers.size > limits.mostIncidents) return null
  }
  return numbers
}

function withService(index: SearchedIndex, fits: (name: string) => boolean): Set<number> | null {
  const { limits } = index
  const numbers = new Set<number>()
  const services = new Map(index.carriers.services().map(({ id, name }) => [id, name]))
  for (const { id, name } of newServices(index)) services.set(id, name)
  for (const [id, name] of services) {
    if (!fits(name)) continue
    for (const number of index.carriers.numbersOf(id, limits.mostIncidents + 1)) numbers.add(number)
    if (numbers.size > limits.mostIncidents) return null
  }
  return numbers
}

/** `12` is in `#12` and in `#3127`. */
function withNumber({ log, limits }: SearchedIndex, wanted: string): number[] | null {
  if (!/^#?\d*$/.test(wanted)) return []
  const numbers = log
    .prepare<[string, number], number>(
      "select number from incident where instr('#' || number, ?) > 0 limit ?",
    )
    .pluck()
    .all(wanted, limits.mostIncidents + 1)
  return numbers.length > limits.mostIncidents ? null : numbers
}

/** Incidents of which something was written that is not yet indexed. */
function changedSince({ log, progress }: SearchedIndex): number[] {
  return log
    .prepare<[number], number>(
      'select number from incident where id in ' +
        '(select distinct incident_id from log where seq > ? and incident_id is not null)',
    )
    .pluck()
    .all(progress.cursor)
}

function newServices({ log, progress }: SearchedIndex): { id: string; name: string }[] {
  return log
    .prepare<[number], string>("select json from log where seq > ? and kind = 'service'")
    .pluck()
    .all(progress.cursor)
    .map((json) => readEntryOf(json, 'service').service)
}
