/** What a step or a suite came to; a check without tests of its own counts as one. */
export interface Tally {
  name: string
  passed: number
  failed: number
  skipped: number
  seconds: number
  /** Why something was skipped or could not run; null when there is nothing to say. */
  remark: string | null
  /** What failed, a line each: the test's name and its first words. The sum may be all that is kept of a long output. */
  failures?: readonly string[]
}

/** A step that passed or failed as a whole. */
export function tallyOne(
  name: string,
  passed: boolean,
  seconds: number,
  remark: string | null = null,
): Tally {
  return { name, passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0, seconds, remark }
}

/** A step that could not run here, with the reason. */
export function tallySkipped(name: string, remark: string): Tally {
  return { name, passed: 0, failed: 0, skipped: 1, seconds: 0, remark }
}

/** One line a step, for people, and one for each failure. */
export function describeTally(tally: Tally): string {
  const mark = tally.failed > 0 ? 'FAILED ' : tally.passed === 0 ? 'skipped' : 'ok     '
  const counts = [
    `${tally.passed} passed`,
    ...(tally.failed > 0 ? [`${tally.failed} failed`] : []),
    ...(tally.skipped > 0 ? [`${tally.skipped} skipped`] : []),
  ]
  const remark = tally.remark === null ? '' : `  ${tally.remark}`
  const line = `${mark} ${tally.name.padEnd(12)} ${tally.seconds.toFixed(1).padStart(6)} s  ${counts.join(', ')}${remark}`
  return [line, ...(tally.failures ?? []).map((failure) => `          ${failure}`)].join('\n')
}

/** The last line of the test command. */
export function describeTotal(tallies: readonly Tally[]): string {
  const sum = (key: 'passed' | 'failed' | 'skipped') =>
    tallies.reduce((total, tally) => total + tally[key], 0)
  const skipped = sum('skipped')
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
