import { defineConfig } from 'vitest/config'
import { engineFlags } from './tests/support/engine-flags.ts'

/**
 * One project a suite. `npm test` runs them all (tests/run.ts); by hand:
 *
 *   npx vitest run --project unit            one suite
 *   npx vitest run tests/unit/backoff.test.ts    one file
 *
 * e2e and electron run against dist/ (`npm run build` first), chaos against real processes.
 */

interface Suite {
  name: string
  /** Time for one test, in milliseconds. */
  testTimeoutMs: number
  /** Whether files may run beside each other; programs and browsers want the machine for themselves. */
  parallel: boolean
}

const suites: Suite[] = [
  { name: 'unit', testTimeoutMs: 30_000, parallel: true },
  { name: 'contract', testTimeoutMs: 60_000, parallel: true },
  { name: 'integration', testTimeoutMs: 60_000, parallel: true },
  { name: 'model', testTimeoutMs: 120_000, parallel: false },
  { name: 'chaos', testTimeoutMs: 120_000, parallel: false },
  { name: 'e2e', testTimeoutMs: 90_000, parallel: false },
  { name: 'electron', testTimeoutMs: 90_000, parallel: false },
]

export default defineConfig({
  cacheDir: 'node_modules/.cache/vitest',
  test: {
    // One for each core: half of the time of most tests is waiting for programs, disks and clocks.
    maxWorkers: '100%',
    projects: suites.map(({ name, testTimeoutMs, parallel }) => ({
      test: {
        name,
        include: [`tests/${name}/**/*.test.{ts,tsx}`],
        environment: 'node',
        execArgv: [...engineFlags],
        testTimeout: testTimeoutMs,
        hookTimeout: testTimeoutMs,
        fileParallelism: parallel,
        // Vitest's own second is what a busy machine may take for a single answer.
        expect: { poll: { timeout: 15_000 } },
      },
    })),
  },
})
