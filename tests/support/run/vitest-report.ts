import { existsSync, readFileSync } from 'node:fs'
import { relative, sep } from 'node:path'
import * as z from 'zod'
import type { CommandResult } from './command.ts'
import type { Tally } from './tally.ts'

const reportSchema = z.object({
  success: z.boolean(),
  startTime: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['passed', 'failed']),
      startTime: z.number(),
      endTime: z.number(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
})

/**
 * Reads Vitest's JSON report: one tally a suite. A file that failed before its first test counts as one failure,
 * and so does a run that failed without a failed test (an unhandled rejection) or that left no report.
 */
export function readVitestReport(path: string, suites: readonly string[], run: CommandResult): Tally[] {
  const parsed = existsSync(path) ? reportSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))) : null
  if (!parsed?.success) {
    const remark = 'Vitest left no report'
    return suites.map((name) => ({ name, passed: 0, failed: 1, skipped: 0, seconds: run.seconds, remark }))
  }
  const report = parsed.data
  const tallies = suites.map((name): Tally => {
    const files = report.testResults.filter((file) => suiteOf(file.name) === name)
    const tests = files.flatMap((file) => file.assertionResults.map((each) => each.status))
    const passed = tests.filter((status) => status === 'passed').length
    const failedTests = tests.filter((status) => status === 'failed').length
    const brokenFiles = files.filter(
      (file) => file.status === 'failed' && !file.assertionResults.some((each) => each.status === 'failed'),
    ).length
    const seconds = Math.max(0, ...files.map((file) => file.endTime - report.startTime)) / 1000
    const failures = files.flatMap((file) => describeFailures(file, run.output))
    const remark = brokenFiles > 0 ? `${brokenFiles} files did not run` : null
    return {
      name,
      passed,
      failed: failedTests + brokenFiles,
      skipped: tests.length - passed - failedTests,
      seconds,
      remark,
      failures,
    }
  })
  const [first] = tallies
  const isUnexplained = run.code !== 0 && tallies.every((tally) => tally.failed === 0)
  if (isUnexplained && first !== undefined) {
    first.failed += 1
    first.remark = 'the run failed outside of its tests'
  }
  return tallies
}

/** Each failed test of a file with the first lines of its message; the file itself when it did not get to its tests. */
function describeFailures(
  file: z.infer<typeof reportSchema>['testResults'][number],
  output: string,
): string[] {
  const failed = file.assertionResults.filter((each) => each.status === 'failed')
  const where = relative(process.cwd(), file.name)
  if (failed.length === 0 && file.status === 'failed')
    return [`${where}: ${firstWords(file.message || endOfProcess(file.name, output))}`]
  return failed.map((each) => `${where}: ${each.fullName}: ${firstWords(each.failureMessages?.[0])}`)
}

/** Of a process that ended by itself Vitest says why in its output only. */
function endOfProcess(file: string, output: string): string | undefined {
  return output.split('\n').find((line) => line.includes('exited unexpectedly') && line.includes(file))
}

/** A few hundred characters on one line. */
function firstWords(message: string | undefined): string {
  return (message ?? 'no message').replaceAll(/\s+/g, ' ').slice(0, 400)
}

/** The folder below tests/ that a file is in. */
function suiteOf(file: string): string | undefined {
  return relative(process.cwd(), file).split(sep)[1]
}
