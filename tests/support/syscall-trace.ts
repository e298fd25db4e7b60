export interface TracedAnswer {
  /** Line of the trace on which the answer was written to its socket. */
  line: number
  /** A WAL write came between the answer before and this one. */
  wrote: boolean
  /** After the last such write, the WAL was synced before the answer. */
  syncedAfterWrite: boolean
}

const walWrite = /\bpwrite(?:64|v)?\(\d+<[^>]*-wal>/
const walSync = /\bf(?:data)?sync\(\d+<[^>]*-wal>/
const answerWrite = /\b(?:write|writev|sendto|sendmsg)\(\d+<(?:TCP|socket)[^>]*>.*HTTP\/1\.1 202/

/**
 * Reads the output of `strace -f -yy`: for requests that were sent one after another, whether each 202 was written
 * only after its write to the write-ahead log had been synced. Calls that were interrupted by another thread are put together first.
 */
export function tracedAnswers(trace: string): TracedAnswer[] {
  const answers: TracedAnswer[] = []
  let wrote = false
  let isSynced = false
  for (const [index, line] of resumed(trace.split('\n')).entries()) {
    if (walWrite.test(line)) {
      wrote = true
      isSynced = false
    } else if (walSync.test(line)) {
      isSynced = true
    } else if (answerWrite.test(line)) {
      answers.push({ line: index + 1, wrote, syncedAfterWrite: wrote && isSynced })
      wrote = false
      isSynced = false
    }
  }
  return answers
}

/** A call counts when it has ended: `<unfinished ...>` lines are joined with their `resumed` ones. */
function resumed(lines: readonly string[]): string[] {
  const open = new Map<string, string>()
  const whole: string[] = []
  for (const line of lines) {
    const thread = /^(?:\[pid +)?(\d+)/.exec(line)?.[1] ?? ''
    if (line.includes('<unfinished ...>')) {
      open.set(thread, line)
    } else if (/<\.\.\. \w+ resumed>/.test(line)) {
      whole.push(`${open.get(thread) ?? ''} ${line}`)
      open.delete(thread)
    } else {
      whole.push(line)
    }
  }
  return whole
}
