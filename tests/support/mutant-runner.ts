/**
 * `npm run mutants`: copies the project, plants one defect after the other, and runs the one test that must notice.
 * Fails when a test stays green, when it was red before, or when a defect no longer fits its file.
 * `npm run mutants -- cursor` takes only the defects with that word in their name, file or test file.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Defect } from '../mutants/defect.ts'
import { defects } from '../mutants/defects.ts'
import { runNode } from './run/command.ts'

const project = process.cwd()
const notCopied = new Set(['node_modules', 'dist', '.git', 'coverage', 'test-results'])
/** A test that waits for what does not come ends by itself before this, and so does what closes after it. */
const testTimeoutMs = 240_000

const word = process.argv[2] ?? ''
const chosen = defects.filter((defect) =>
  [defect.name, defect.file, defect.testFile].some((text) => text.includes(word)),
)
const copy = mkdtempSync(join(tmpdir(), 'watchfloor-mutants-'))
const failures: string[] = []

try {
  for (const entry of readdirSync(project)) {
    if (!notCopied.has(entry)) cpSync(join(project, entry), join(copy, entry), { recursive: true })
  }
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'), 'junction')
  failures.push(...(await checkBefore()))
  for (const defect of chosen) {
    const problem = await tryDefect(defect)
    console.log(
      `${problem === null ? 'red  ' : 'GREEN'} ${defect.name} (${defect.file})${problem === null ? '' : `: ${problem}`}`,
    )
    if (problem !== null) failures.push(`${defect.name}: ${problem}`)
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}

console.log(
  `${Math.max(0, chosen.length - failures.length)} of ${chosen.length} planted defects were noticed`,
)
process.exitCode = failures.length > 0 || chosen.length === 0 ? 1 : 0

/** A test that is red without a defect proves nothing. */
async function checkBefore(): Promise<string[]> {
  if (chosen.length === 0) return [`no planted defect has the word ${word}`]
  const files = [...new Set(chosen.map(({ testFile }) => testFile))]
  const run = await runTests(files, null, files.length * testTimeoutMs)
  if (run.code === 0) return []
  console.log(run.output)
  return ['the tests are red without any defect']
}

async function tryDefect(defect: Defect): Promise<string | null> {
  const path = join(copy, defect.file)
  const source = readFileSync(path, 'utf8')
  const places = source.split(defect.find).length - 1
  if (places !== 1) return `its text stands ${places} times in the file, not once`
  writeFileSync(
    path,
    source.replace(defect.find, () => defect.replace),
  )
  try {
    const run = await runTests([defect.testFile], defect.testName)
    if (run.code === 0) return 'its test stays green'
    // Red must mean that this test ran and failed, not that nothing could run.
    if (/Tests .*\d+ failed/.test(stripVTControlCharacters(run.output))) return null
    return `its test did not run: ${run.output.trim().split('\n').slice(-12).join('\n')}`
  } finally {
    writeFileSync(path, source)
  }
}

async function runTests(files: readonly string[], testName: string | null, timeoutMs = testTimeoutMs) {
  if (files.some((file) => file.startsWith('tests/e2e/'))) {
    const vite = join(project, 'node_modules', 'vite', 'bin', 'vite.js')
    const build = await runNode([vite, 'build', '--app', '--configLoader', 'native'], {
      timeoutMs,
      cwd: copy,
    })
    if (build.code !== 0) return build
  }
  const only =
    testName === null
      ? []
      : ['--testNamePattern', testName.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)]
  const vitest = join(project, 'node_modules', 'vitest', 'vitest.mjs')
  const args = [vitest, 'run', '--root', copy, '--configLoader', 'native', '--no-cache', ...files, ...only]
  return runNode(args, { timeoutMs, cwd: copy })
}
