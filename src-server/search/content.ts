import type { EventSubject } from '../../src-shared/filter/match-event.ts'
import { DamagedIndexError } from './damaged-index.ts'

/** What words, labels and text fields look at: many events say the same, and are indexed as one content. */
export type Content = Pick<EventSubject, 'title' | 'description' | 'service' | 'sourceName' | 'labels'>

/** Stands at both ends of everything that a whole value is compared with. */
const edge = '\u0001'
const nul = '\0'
const unknown = '\uFFFD'

/**
 * A content as one text, its values in lower case, as filters compare them: equal texts are equal contents to any filter.
 * The names of labels stay as they are: they are compared exactly.
 */
export function contentText({ title, description, service, sourceName, labels }: Content): string {
  const lower = Object.entries(labels).map(([name, value]) => [name, value.toLowerCase()])
  const values = [title, description, service, sourceName].map((value) => value.toLowerCase())
  return JSON.stringify([...values, Object.fromEntries(lower)])
}

/** Throws when this is no text of a content: then the index is damaged. */
export function readContent(text: string): Content {
  const parts = parse(text)
  if (!Array.isArray(parts)) throw new DamagedIndexError('a content cannot be read')
  const [title, description, service, sourceName, labels] = parts as [
    string,
    string,
    string,
    string,
    Record<string, string>,
  ]
  return { title, description, service, sourceName, labels }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** What the index cuts into trigrams, of a content in lower case. */
export function indexedText({ title, description, service, sourceName, labels }: Content): string {
  const parts = [
    fieldText('title', title),
    description,
    fieldText('service', service),
    fieldText('source', sourceName),
    ...Object.entries(labels).map(([name, value]) => fieldText(`label.${name}`, value)),
  ]
  // Two at the end: a single character that is the last of a text begins a trigram as well.
  return `${edge}${parts.map(indexable).join(edge)}${edge}${edge}`
}

/** A whole value of a field, or its beginning or end, as it stands in the indexed text; see `anchoredPieces`. */
function fieldText(field: string, value: string): string {
  return `${field}=${value}`
}

/**
 * The pieces of a pattern that has to be all of a field's value, as they stand in the indexed text. Of the field's name only
 * the end, where the value says something: every other content has the rest of it too.
 */
export function anchoredPieces(field: string, pieces: readonly string[]): string[] {
  const name = `${edge}${indexable(fieldText(field, ''))}`
  const last = pieces.length - 1
  return pieces.map((piece, index) => {
    const lower = indexable(piece.toLowerCase())
    const begun = index > 0 ? lower : lower === '' ? name : `${[...name].slice(-3).join('')}${lower}`
    return index === last ? `${begun}${edge}` : begun
  })
}

/** How a label of this value stands in the text of a content, and nothing else does: quotes within texts are escaped. */
export function labelText(name: string, value: string): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value.toLowerCase())}`
}

/** The tokenizer stops at NUL, and knows no half of a surrogate pair. */
export function indexable(text: string): string {
  return text.toWellFormed().replaceAll(nul, unknown).replaceAll(edge, unknown)
}

/** More say little more of a long text, and cost a list each. */
const mostTrigrams = 12

/** Trigrams that every indexed text with this piece in it has, spread over the piece; none of what is too short. */
export function trigramsOf(piece: string): string[] {
  const characters = [...piece]
  const all = new Set<string>()
  const last = characters.length - 3
  const step = Math.max(1, last / (mostTrigrams - 1))
  for (let at = 0; Math.round(at) <= last; at += step) {
    const start = Math.round(at)
    all.add(characters.slice(start, start + 3).join(''))
  }
  return [...all]
}
