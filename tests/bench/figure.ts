import { readdir, readFile } from 'node:fs/promises'

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

/** CPU time of a process so far, all its threads, in milliseconds (Linux: the scheduler's nanoseconds). */
export async function cpuMs(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`)
  const times = await Promise.all(
    threads.map(async (id) => {
      const text = await readFile(`/proc/${pid}/task/${id}/schedstat`, 'utf8')
      return Number(text.split(' ')[0])
    }),
  )
  return times.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e6
}

/** Resident memory of a process, in KiB. */
export async function residentKib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1])
}
