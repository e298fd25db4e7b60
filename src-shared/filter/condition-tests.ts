import { assertNever } from '../domain/result.ts'
import { fitsPieces } from '../domain/text-pattern.ts'
import type { Operator, Pattern } from './filter.ts'

/** A test for texts that fit one of these patterns, without regard to case. */
export function anyPattern(patterns: readonly Pattern[]): (text: string) => boolean {
  const lower = patterns.map((pattern) => pattern.map((piece) => piece.toLowerCase()))
  return (text) => {
    const candidate = text.toLowerCase()
    return lower.some((pattern) => fitsPieces(pattern, candidate))
  }
}

/** Whether a pattern is this word (in lower case) and nothing else. */
export function isWord(pattern: Pattern, word: string): boolean {
  return pattern.length === 1 && pattern[0]?.toLowerCase() === word
}

/** A test for numbers: one of several, or by order with the only one. */
export function comparison(operator: Operator, values: readonly number[]): (value: number) => boolean {
  const [limit = Number.NaN] = values
  switch (operator) {
    case ':':
      return (value) => values.includes(value)
    case '>=':
      return (value) => value >= limit
    case '<=':
      return (value) => value <= limit
    case '>':
      return (value) => value > limit
    case '<':
      return (value) => value < limit
    default:
      return assertNever(operator)
  }
}
