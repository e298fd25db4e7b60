import type { FilterProblem, Pattern, Span } from './filter.ts'
import { quote } from './print-filter.ts'

/** One value of a field as written: its pieces between stars, and where it stands. */
export interface WrittenValue {
  pattern: Pattern
  span: Span
}

/** One term as written, before anything is known of its field. */
export type WrittenTerm = { negated: boolean; span: Span } & (
  | { kind: 'words'; text: string; isQuoted: boolean }
  | {
      kind: 'field'
      name: string
      nameSpan: Span
      /** The label's name where the field is `label.…`. */
      label: string | null
      operator: string
      operatorSpan: Span
      values: WrittenValue[]
    }
)

export type Scan = { ok: true; terms: WrittenTerm[] } | { ok: false; problem: FilterProblem }

const fieldStart = /[a-z][\w.\-/]*/iy
const labelStart = /label\./iy
const operatorForm = /!=|>=|<=|[:=<>]/y
const space = /\s/

/** Splits a filter's text into its terms, or says at which character that is not possible. */
export function scanFilter(text: string): Scan {
  const scanner = new Scanner(text)
  try {
    return { ok: true, terms: scanner.terms() }
  } catch (error) {
    if (error instanceof ScanProblem) return { ok: false, problem: error.problem }
    throw error
  }
}

/** Leaves the scanner from any depth; never leaves this file. */
class ScanProblem extends Error {
  readonly problem: FilterProblem

  constructor(problem: FilterProblem) {
    super(problem.message)
    this.problem = problem
  }
}

class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  terms(): WrittenTerm[] {
    const terms: WrittenTerm[] = []
    for (;;) {
      while (this.#at < this.#text.length && space.test(this.#peek())) this.#at += 1
      if (this.#at >= this.#text.length) return terms
      terms.push(this.#term())
    }
  }

  #term(): WrittenTerm {
    const from = this.#at
    const negated = this.#peek() === '-'
    if (negated) {
      this.#at += 1
      if (this.#isEnd())
        this.#fail('strayCharacter', 'a - leaves out what follows it: nothing does', from, '')
      if (this.#peek() === '-')
        this.#fail('strayCharacter', 'one - is enough to leave something out', from, '-')
    }
    const term = this.#field(negated, from) ?? this.#words(negated, from)
    if (!this.#isEnd()) {
      const at = this.#at
      // All of it: half a character can be neither shown nor put in place of anything.
      const stray = String.fromCodePoint(this.#text.codePointAt(at) ?? 0)
      this.#at += stray.length
      this.#fail('strayCharacter', `a space has to come before ${stray}`, at, ` ${stray}`)
    }
    return term
  }

  #field(negated: boolean, from: number): WrittenTerm | null {
    const start = this.#at
    let label: string | null = null
    let name = ''
    if (this.#take(labelStart)) {
      name = 'label'
      label = this.#peek() === '"' ? this.#quoted() : (this.#takeWhile(/[^\s:=<>!",]/) ?? '')
    } else {
      name = this.#take(fieldStart) ?? ''
    }
    const operatorAt = this.#at
    const operator = name ? this.#take(operatorForm) : null
    if (!operator) {
      this.#at = start
      return null
    }
    const nameSpan = { from: start, to: operatorAt }
    const operatorSpan = { from: operatorAt, to: this.#at }
    const values = [this.#value()]
    while (this.#peek() === ',') {
      this.#at += 1
      values.push(this.#value())
    }
    const span = { from, to: this.#at }
    return { kind: 'field', negated, span, name, nameSpan, label, operator, operatorSpan, values }
  }

  #words(negated: boolean, from: number): WrittenTerm {
    const isQuoted = this.#peek() === '"'
    const start = this.#at
    const text = isQuoted ? this.#quoted() : (this.#takeWhile(/[^\s"]/) ?? '')
    if (isQuoted && text === '') this.#fail('missingValue', 'there is nothing between the quotes', start, '')
    return { kind: 'words', negated, span: { from, to: this.#at }, text, isQuoted }
  }

  /** Pieces in quotes and outside, written without a space between them; a star outside is a gap. */
  #value(): WrittenValue {
    const from = this.#at
    const pieces = ['']
    const add = (text: string): void => void pieces.push((pieces.pop() ?? '') + text)
    for (;;) {
      const next = this.#peek()
      if (next === '"') add(this.#quoted())
      else if (next === '*') {
        this.#at += 1
        // Two stars say no more than one.
        if (pieces.length === 1 || pieces.at(-1) !== '') pieces.push('')
      } else {
        const plain = this.#takeWhile(/[^\s",*]/)
        if (plain === null) break
        add(plain)
      }
    }
    if (this.#at === from) {
      const before = this.#text.slice(Math.max(0, from - 1), from)
      this.#fail(
        'missingValue',
        `a value has to follow ${before === ',' ? 'the comma' : before}`,
        from - 1,
        null,
      )
    }
    return { pattern: pieces, span: { from, to: this.#at } }
  }

  /** From one quote to the next; inside, `\"` is a quote and `\\` a backslash. */
  #quoted(): string {
    const from = this.#at
    let text = ''
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#peek()
      if (character === '"') {
        this.#at += 1
        return text
      }
      if (character === '\\') this.#at += 1
      text += this.#peek()
    }
    const closed = text === '' ? null : quote(text)
    return this.#fail('unclosedQuote', 'the quote that begins here has no end', from, closed)
  }

  #take(form: RegExp): string | null {
    form.lastIndex = this.#at
    const found = form.exec(this.#text)?.[0]
    if (!found) return null
    this.#at += found.length
    return found
  }

  #takeWhile(character: RegExp): string | null {
    const from = this.#at
    while (this.#at < this.#text.length && character.test(this.#peek())) this.#at += 1
    return this.#at === from ? null : this.#text.slice(from, this.#at)
  }

  #peek(): string {
    return this.#text.slice(this.#at, this.#at + 1)
  }

  #isEnd(): boolean {
    return this.#at >= this.#text.length || space.test(this.#peek())
  }

  #fail(code: FilterProblem['code'], message: string, from: number, instead: string | null): never {
    const to = Math.min(this.#text.length, Math.max(this.#at, from + 1))
    throw new ScanProblem({ code, message, span: { from, to }, instead })
  }
}
