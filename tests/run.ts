/**
 * The test command: every check and every suite, then one line with the sum over all. Started by tests/start.js;
 * `npm test -- --only lint,unit` runs some of them by name.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runNode, runCommand, type CommandResult } from './support/run/command.ts'
import { planElectronSuite } from './support/run/electron-suite.ts'
import { prepareMachine } from './support/run/prepare-machine.ts'
import { describeTally, describeTotal, tallyOne, tallySkipped, type Tally } from './support/run/tally.ts'
import { readVitestReport } from './support/run/vitest-report.ts'

const minute = 60_000
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--configLoader', 'native']
const layers = [
  'src-shared',
  'src-server',
  'src-main',
  'src-main/core',
  'src-main/electron',
  'src-main/web',
  'src-renderer',
  'tests',
]

/** Each check: a name, and the tools that it runs one after the other. */
const checks: Record<string, string[][]> = {
  format: [['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
  lint: [['node_modules/oxlint/bin/oxlint', '--type-aware'], ['tests/support/checks/house.ts']],
  types: [['node_modules/typescript/bin/tsc', '-b', '.', ...layers]],
  unused: [['node_modules/knip/bin/knip.js', '--no-progress']],
  build: [
    ['node_modules/vite/bin/vite.js', 'build', '--app', '--logLevel', 'warn', '--configLoader', 'native'],
  ],
}

/**
 * V8 of Node 24 now and then loses track of a page of compiled code, where threads come and go, and ends its process. That says
 * nothing of what is tested, and only this one fault is tried again.
 */
const engineFault = 'Check failed: jit_page'

const only = readOnly(process.argv.slice(2))
const reports = mkdtempSync(join(tmpdir(), 'watchfloor-test-'))
// The Electron suite may run as another user, who writes its report here too.
chmodSync(reports, 0o777)
const tallies: Tally[] = []

try {
  const machine = await prepareMachine()
  for (const sentence of machine.missing) console.log(sentence)
  // Two at a time: what two cores bear.
  await Promise.all([runChecks(['format', 'lint', 'build']), runChecks(['types', 'unused'])])
  // About a minute and a half on a quiet machine of two cores; a busy one takes several times as long.
  await runSuites(['unit', 'contract', 'integration'], 8 * minute)
  await runSuites(['model'], 5 * minute)
  await runSuites(['chaos'], 6 * minute)
  if (machine.hasChromium) await runSuites(['e2e'], 5 * minute)
  else add({ ...tallyOne('e2e', false, 0), remark: 'no browser' })
  await runElectronSuite()
} finally {
  rmSync(reports, { recursive: true, force: true })
}

console.log()
for (const tally of tallies) console.log(describeTally(tally))
console.log(describeTotal(tallies))
process.exitCode = tallies.some((tally) => tally.failed > 0) ? 1 : 0

async function runChecks(names: readonly string[]): Promise<void> {
  for (const name of names.filter(isWanted)) {
    let last: CommandResult | undefined
    let seconds = 0
    for (const args of checks[name] ?? []) {
      last = await runNode(args, { timeoutMs: 3 * minute })
      seconds += last.seconds
      if (last.code !== 0) break
    }
    const passed = last?.code === 0
    if (!passed) console.log(`\n${name}:\n${last?.output ?? ''}`)
    add(tallyOne(name, passed, seconds))
  }
}

async function runSuites(names: readonly string[], timeoutMs: number): Promise<void> {
  const suites = names.filter(isWanted)
  if (suites.length === 0) return
  const report = join(reports, `${suites.join('-')}.json`)
  const once = () => runNode([...vitest, ...suiteArguments(suites, report)], { timeoutMs, live: true })
  let run = await once()
  if (run.code !== 0 && run.output.includes(engineFault)) {
    console.log(
      `\nNode's engine ended a test process by itself (${engineFault}): ${suites.join(', ')} once more`,
    )
    run = await once()
  }
  for (const tally of readVitestReport(report, suites, run)) add(tally)
}

async function runElectronSuite(): Promise<void> {
  if (!isWanted('electron')) return
  const plan = planElectronSuite()
  if (!plan.canRun) {
    console.log(`skipped: the Electron suite (${plan.reason})`)
    add(tallySkipped('electron', plan.reason))
    return
  }
  const report = join(reports, 'electron.json')
  const [program, ...args] = plan.command([...vitest, '--no-cache', ...suiteArguments(['electron'], report)])
  const env = { WATCHFLOOR_TEST_ELECTRON: plan.executable }
  const run = await runCommand(program, args, { timeoutMs: 3 * minute, live: true, env })
  for (const tally of readVitestReport(report, ['electron'], run)) add(tally)
}

function suiteArguments(suites: readonly string[], report: string): string[] {
  const projects = suites.flatMap((name) => ['--project', name])
  return [
    ...projects,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]
}

function add(tally: Tally): void {
  tallies.push(tally)
}

function isWanted(name: string): boolean {
  return only === null || only.includes(name)
}

function readOnly(args: readonly string[]): string[] | null {
  const at = args.indexOf('--only')
  const names = at < 0 ? undefined : args[at + 1]
  return names === undefined ? null : names.split(',')
}
