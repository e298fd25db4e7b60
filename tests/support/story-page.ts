import { readFileSync } from 'node:fs'

/** One row of a table, by the heads of its columns. */
type Row = Readonly<Record<string, string>>

const page = readFileSync(new URL('../../docs/story.md', import.meta.url), 'utf8')

/** The rows of the table of docs/story.md whose columns begin with these heads. Throws when there is none. */
export function storyTable(...heads: readonly string[]): Row[] {
  const lines = page.split('\n')
  const start = lines.findIndex((line) => {
    const cells = cellsOf(line)
    return heads.every((head, index) => cells[index] === head)
  })
  if (start < 0) throw new Error(`docs/story.md has no table that begins with ${heads.join(', ')}`)
  const columns = cellsOf(lines[start] ?? '')
  const rows: Row[] = []
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith('|')) break
    const cells = cellsOf(line)
    rows.push(Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])))
  }
  return rows
}

/** A row's cell; throws when the table has no such column. */
export function cell(row: Row, column: string): string {
  const text = row[column]
  if (text === undefined) throw new Error(`the table has no column ${column}`)
  return text
}

/** A cell that is a number, or a clock of the story (`1:45`) in milliseconds; null for `–`. */
export function numberCell(row: Row, column: string): number | null {
  const text = cell(row, column)
  if (text === '–') return null
  const clock = /^(\d+):(\d\d)$/.exec(text)
  if (clock) return (Number(clock[1]) * 60 + Number(clock[2])) * 1_000
  const duration = /^(\d+) s$/.exec(text)
  return duration ? Number(duration[1]) * 1_000 : Number(text)
}

function cellsOf(line: string): string[] {
  return line.startsWith('|')
    ? line
        .split('|')
        .slice(1, -1)
        .map((text) => text.trim())
    : []
}
