/** What keeps a text from being JSON, and where. */
export interface JsonProblem {
  /** In UTF-16 units from the beginning. */
  at: number
  /** Both from 1. */
  line: number
  column: number
  /** Without the place, and without a full stop. */
  message: string
}

export type JsonReading = { ok: true; value: unknown } | { ok: false; problem: JsonProblem }

/** Reads JSON; unlike the browser's own words, what is wrong with it always says where, and what was expected there. */
export function readJson(text: string): JsonReading {
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch {
    const { at, message } = findProblem(text)
    const before = text.slice(0, at)
    const line = before.split('\n').length
    return { ok: false, problem: { at, line, column: at - before.lastIndexOf('\n'), message } }
  }
}

type Expected = 'value' | 'valueOrEnd' | 'name' | 'nameOrEnd' | 'colon' | 'commaOrEnd' | 'nothing'

const space = /[ \t\r\n]*/y
const token =
  /[{}[\],:]|"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/uy

/** The first place at which a text that is no JSON stops being the beginning of one. */
function findProblem(text: string): { at: number; message: string } {
  const open: ('{' | '[')[] = []
  let expected: Expected = 'value'
  let at = 0
  for (;;) {
    space.lastIndex = at
    at += space.exec(text)?.[0].length ?? 0
    if (at >= text.length) return { at: text.length, message: endsEarly(open) }
    token.lastIndex = at
    const found = token.exec(text)?.[0]
    const next: Expected | null = found === undefined ? null : after(found, expected, open)
    if (found === undefined || next === null) return { at, message: wrongAt(text.charAt(at), expected, open) }
    expected = next
    at += found.length
  }
}

/** What has to follow a token; null where the token may not stand. */
function after(found: string, expected: Expected, open: ('{' | '[')[]): Expected | null {
  const afterValue = (): Expected => (open.length === 0 ? 'nothing' : 'commaOrEnd')
  const isEnd = found === (open.at(-1) === '{' ? '}' : ']') && open.length > 0
  if (isEnd && ['valueOrEnd', 'nameOrEnd', 'commaOrEnd'].includes(expected)) {
    open.pop()
    return afterValue()
  }
  switch (expected) {
    case 'colon':
      return found === ':' ? 'value' : null
    case 'name':
    case 'nameOrEnd':
      return found.startsWith('"') ? 'colon' : null
    case 'commaOrEnd':
      return found !== ',' ? null : open.at(-1) === '{' ? 'name' : 'value'
    case 'nothing':
      return null
    case 'value':
    case 'valueOrEnd':
      if (found === '{' || found === '[') {
        open.push(found)
        return found === '{' ? 'nameOrEnd' : 'valueOrEnd'
      }
      return /^[}\],:]$/.test(found) ? null : afterValue()
  }
}

function wrongAt(character: string, expected: Expected, open: readonly ('{' | '[')[]): string {
  const isText = character === '"'
  if (isText && expected !== 'colon' && expected !== 'commaOrEnd' && expected !== 'nothing')
    return 'this text in quotes does not end on its line, or has a \\ that stands for nothing'
  const end = open.at(-1) === '{' ? '}' : ']'
  switch (expected) {
    case 'value':
    case 'valueOrEnd':
      return character === ']' || character === '}'
        ? `a value is missing before the ${character}; after the last one there is no comma`
        : 'a value is missing here: text in quotes, a number, true, false, null, [ or {'
    case 'name':
    case 'nameOrEnd':
      return character === '}'
        ? 'after the last field there is no comma'
        : 'the name of a field is missing here, in quotes'
    case 'colon':
      return 'a colon is missing here, between a name and its value'
    case 'commaOrEnd':
      return `a comma or a ${end} is missing here`
    case 'nothing':
      return 'the rules have ended before this'
  }
}

function endsEarly(open: readonly ('{' | '[')[]): string {
  if (open.length === 0) return 'there is nothing here'
  const missing = open.toReversed().map((bracket) => (bracket === '{' ? '}' : ']'))
  return `the text ends too early: ${missing.join(' ')} is missing`
}
