import { assertNever } from '../../src-shared/domain/result.ts'
import type { Condition, Filter, Pattern, Term } from '../../src-shared/filter/filter.ts'
import { anchoredPieces, indexable, labelText, trigramsOf } from './content.ts'

/** What has to be in an indexed text: all trigrams of at least one of the alternatives. */
export type Requirement = readonly (readonly string[])[]

/** What a filter asks of contents. */
export interface ContentPlan {
  /** The terms that contents alone decide. */
  terms: readonly Term[]
  /** What every content that fits has in its indexed text. */
  requirements: readonly Requirement[]
  /** Words of one or two characters, too short for trigrams, that every content that fits has in its indexed text. */
  short: readonly string[]
  /** What stands in the text of no content that fits: labels that are left out. */
  absent: readonly string[]
}

/** As many trigrams as a full-text query of some milliseconds takes. */
const mostInQuery = 200

export function planContents({ terms }: Pick<Filter, 'terms'>): ContentPlan {
  const ofContent = terms.filter(({ condition }) => isAboutContent(condition))
  const asked = ofContent.filter(({ negated }) => !negated).map(({ condition }) => condition)
  const requirements = asked.flatMap((condition) => {
    const requirement = requirementOf(condition)
    return requirement ? [requirement] : []
  })
  const absent = ofContent.flatMap(({ negated, condition }) => {
    if (!negated || condition.kind !== 'label') return []
    // A pattern with a gap takes a proper look.
    const whole = condition.anyOf.filter((pattern) => pattern.length === 1)
    return whole.map(([value = '']) => labelText(condition.name, value))
  })
  const short = asked.flatMap((condition) =>
    condition.kind === 'words' && requirementOf(condition) === null && condition.text.isWellFormed()
      ? [indexable(condition.text.toLowerCase())]
      : [],
  )
  return { terms: ofContent, requirements, short, absent }
}

function isAboutContent({ kind }: Condition): boolean {
  return kind === 'words' || kind === 'label' || kind === 'text'
}

/** What the indexed text of a content that fits has in any case; null when nothing is certain. */
export function requirementOf(condition: Condition): Requirement | null {
  switch (condition.kind) {
    case 'words':
      return someOf([piecesRequired([condition.text], [indexable(condition.text.toLowerCase())])])
    case 'label':
      return someOf(condition.anyOf.map((pattern) => anchored(`label.${condition.name}`, pattern)))
    case 'text':
      if (condition.field === 'assignee' || condition.field === 'ticket') return null
      return someOf(condition.anyOf.map((pattern) => anchored(condition.field, pattern)))
    case 'status':
    case 'severity':
    case 'priority':
    case 'action':
    case 'effect':
    case 'key':
    case 'number':
    case 'duration':
    case 'instant':
    case 'is':
      return null
    default:
      return assertNever(condition)
  }
}

function anchored(field: string, pattern: Pattern): readonly string[] {
  return piecesRequired([field, ...pattern], anchoredPieces(field, pattern))
}

/** Half a surrogate pair can be within a pair, of which the index knows only the whole. */
function piecesRequired(written: readonly string[], pieces: readonly string[]): readonly string[] {
  return written.every((text) => text.isWellFormed()) ? pieces.flatMap(trigramsOf) : []
}

function someOf(alternatives: Requirement): Requirement | null {
  return alternatives.every((trigrams) => trigrams.length > 0) ? alternatives : null
}

/** All of these as one query in FTS5's language; those that make it too long are left out. Null when nothing is left. */
export function fullTextQuery(requirements: readonly Requirement[]): string | null {
  let rest = mostInQuery
  const parts: string[] = []
  for (const alternatives of requirements) {
    const size = alternatives.reduce((sum, trigrams) => sum + trigrams.length, 0)
    if (size === 0 || size > rest) continue
    rest -= size
    const texts = alternatives.map((trigrams) => `(${trigrams.map(quoted).join(' AND ')})`)
    parts.push(`(${texts.join(' OR ')})`)
  }
  return parts.length === 0 ? null : parts.join(' AND ')
}

function quoted(trigram: string): string {
  return `"${trigram.replaceAll('"', '""')}"`
}
