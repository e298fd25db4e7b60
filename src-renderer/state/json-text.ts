import { getLocation, parse, printParseErrorCode, type ParseError } from 'jsonc-parser'

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

type Code = ReturnType<typeof printParseErrorCode>

function findProblem(text: string): { at: number; message: string } {
  const errors: ParseError[] = []
  try {
    parse(text, errors, { disallowComments: true })
  } catch {
    // Unlike the browser's, this parser calls itself for each bracket.
    return { at: 0, message: 'there are too many brackets within each other' }
  }
  const at = errors[0]?.offset ?? 0
  const codes = errors.map(({ error }) => printParseErrorCode(error))
  return { at, message: problemAt(text, at, codes) }
}

/** What the first of these is, which stands there. */
function problemAt(text: string, at: number, codes: readonly Code[]): string {
  const character = text.slice(at).trimStart().charAt(0)
  if (character === '') return endsEarly(codes)
  switch (codes[0]) {
    case 'ValueExpected':
      return /[\]}]/.test(character)
        ? `a value is missing before the ${character}; after the last one there is no comma`
        : 'a value is missing here: text in quotes, a number, true, false, null, [ or {'
    case 'PropertyNameExpected':
      return character === '}'
        ? 'after the last field there is no comma'
        : 'the name of a field is missing here, in quotes'
    case 'ColonExpected':
      return 'a colon is missing here, between a name and its value'
    case 'CommaExpected': {
      const isInArray = typeof getLocation(text, at).path.at(-1) === 'number'
      return `a comma or a ${isInArray ? ']' : '}'} is missing here`
    }
    case 'EndOfFileExpected':
      return 'the rules have ended before this'
    case 'UnexpectedEndOfString':
      return 'this text in quotes does not end on its line'
    case 'InvalidCharacter':
      return 'this text in quotes has a tab or the like, which is written as \\t'
    case 'InvalidEscapeCharacter':
    case 'InvalidUnicode':
      return 'this text in quotes has a \\ that stands for nothing'
    case 'InvalidCommentToken':
    case 'UnexpectedEndOfComment':
      return 'there are no comments in JSON'
    case 'UnexpectedEndOfNumber':
      return 'this number is not complete'
    default:
      return 'this stands for nothing here; text and names are written in double quotes'
  }
}

/** So many missing brackets are named; the message is a line, not a page. */
const mostNamed = 10

function endsEarly(codes: readonly Code[]): string {
  const missing = codes.flatMap((code) =>
    code === 'CloseBraceExpected' ? ['}'] : code === 'CloseBracketExpected' ? [']'] : [],
  )
  if (missing.length === 0) return 'there is nothing here'
  const more = missing.length > mostNamed ? ` and ${missing.length - mostNamed} more` : ''
  return `the text ends too early: ${missing.slice(0, mostNamed).join(' ')}${more} is missing`
}
