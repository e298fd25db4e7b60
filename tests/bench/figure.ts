/** One measured figure: printed for people, or as a JSON line with `--json`. */
export interface Figure {
  name: string
  value: number
  unit: string
  /** In words, with the number: `at least 1/3 of the baseline`. */
  goal: string
}

const asJson = process.argv.includes('--json')

/** Prints a figure in the form of all benchmarks. */
export function printFigure(figure: Figure): void {
  const value = Math.round(figure.value * 1000) / 1000
  console.log(
    asJson
      ? JSON.stringify({ ...figure, value })
      : `${figure.name}: ${value} ${figure.unit}, goal ${figure.goal}`,
  )
}

/** The value below which a share (0 to 1) of the samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** User and system CPU time of a process so far, in milliseconds (Linux: /proc, 10 ms ticks). */
export async function cpuMs(pid: number): Promise<number> {
  const { readFile } = await import('node:fs/promises')
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}
