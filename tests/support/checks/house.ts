import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

/**
 * The rules of the house that no linter knows: how long files are as a whole, how they are called, and that
 * the parts to which time is handed in do not look at the clock themselves.
 */

/** What keeps it a house: half of the files up to 120 lines, nine in ten under 300 (none over 450: linter). */
export const sizeLimits = { medianLines: 120, nineInTenLines: 300, maxLines: 450 }

/** Folders whose code is handed the time, as patterns from the project's root. */
const timeless = [
  /^src-shared\//,
  /^src-main\/core\/(?!.*\bsystem-)/,
  /^src-server\/(incidents|ingest|summaries)\//,
]

export interface SourceFile {
  path: string
  text: string
}

/** Problems found, as sentences; empty when there are none. */
export function checkHouse(files: SourceFile[]): string[] {
  return [...checkSizes(files), ...files.flatMap(checkName), ...files.flatMap(checkClock)]
}

/** All sources of the programs below `root`, tests not included. */
export function readSources(root: string): SourceFile[] {
  const paths = globSync('src-*/**/*.{ts,tsx}', { cwd: root })
  return paths
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(`${root}/${path}`, 'utf8') }))
}

/** Median and ninetieth percentile of the lengths, in lines. */
export function measureSizes(files: SourceFile[]) {
  const lengths = files.map((file) => countLines(file.text)).toSorted((a, b) => a - b)
  const at = (share: number) => lengths[Math.min(lengths.length - 1, Math.floor(lengths.length * share))] ?? 0
  return { files: lengths.length, median: at(0.5), nineInTen: at(0.9), longest: at(1) }
}

function checkSizes(files: SourceFile[]): string[] {
  const sizes = measureSizes(files)
  const problems = files
    .map((file) => ({ path: file.path, lines: countLines(file.text) }))
    .filter(({ lines }) => lines > sizeLimits.maxLines)
    .map(({ path, lines }) => `${path}: ${lines} lines, more than ${sizeLimits.maxLines}: split it`)
  if (sizes.median > sizeLimits.medianLines) {
    problems.push(
      `half of the source files have over ${sizes.median} lines (limit ${sizeLimits.medianLines})`,
    )
  }
  if (sizes.nineInTen >= sizeLimits.nineInTenLines) {
    problems.push(`one file in ten has ${sizes.nineInTen} lines or more (limit ${sizeLimits.nineInTenLines})`)
  }
  return problems
}

function checkName({ path }: SourceFile): string[] {
  const stem = basename(path).replace(/\.(d\.)?tsx?$/, '')
  if (stem === 'index') return [`${path}: no barrels; name the file for what is in it`]
  if (/(^|-)(utils?|helpers?|misc|common)$/.test(stem))
    return [`${path}: "${stem}" says nothing; name what it does`]
  return []
}

function checkClock({ path, text }: SourceFile): string[] {
  if (!timeless.some((folder) => folder.test(path))) return []
  return text
    .split('\n')
    .flatMap((line, index) =>
      /\bnew Date\(\s*\)/.test(line)
        ? [`${path}:${index + 1}: new Date() looks at the clock; time is handed in`]
        : [],
    )
}

function countLines(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}

if (import.meta.main) {
  const files = readSources(process.cwd())
  const problems = checkHouse(files)
  const sizes = measureSizes(files)
  for (const problem of problems) console.error(problem)
  console.log(
    `house: ${sizes.files} source files, median ${sizes.median} lines, nine in ten up to ${sizes.nineInTen}, ` +
      `longest ${sizes.longest}; ${problems.length} problems`,
  )
  process.exitCode = problems.length > 0 ? 1 : 0
}
