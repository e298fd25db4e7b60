import { demoEvent, demoFaults, type DemoFault } from './calm-faults.ts'

/** How many faults the estate has at the same time: an operator's usual evening. */
const usualFaults = 4

/** Keys of the faults that stand now. */
export type DemoState = ReadonlySet<string>

export interface DemoStep {
  state: DemoState
  events: Record<string, unknown>[]
}

/** What a newly started console should find: some trouble of each kind, one of it noisy. */
export function demoBeginning(): DemoStep {
  const standing = demoFaults.slice(0, usualFaults)
  const events = standing.map((fault) => demoEvent(fault, 'trigger'))
  const noisy = standing
    .slice(0, 1)
    .flatMap((fault) => [demoEvent(fault, 'trigger'), demoEvent(fault, 'trigger')])
  return { state: keysOf(standing), events: [...events, ...noisy] }
}

/** The next thing that happens: mostly a fault repeats itself; now and then one ends, or a new one begins. */
export function demoStep(state: DemoState, random: () => number): DemoStep {
  const standing = demoFaults.filter(({ dedupKey }) => state.has(dedupKey))
  const quiet = demoFaults.filter(({ dedupKey }) => !state.has(dedupKey))
  const dice = random()
  const startChance = standing.length < usualFaults ? 0.35 : 0.1
  if (dice < startChance || standing.length === 0) {
    const fault = pick(quiet, random)
    return fault ? change([...standing, fault], demoEvent(fault, 'trigger')) : { state, events: [] }
  }
  const fault = pick(standing, random)
  if (!fault) return { state, events: [] }
  if (dice > 0.85) {
    return change(
      standing.filter((other) => other !== fault),
      demoEvent(fault, 'resolve'),
    )
  }
  return { state, events: [demoEvent(fault, 'trigger')] }
}

function change(after: DemoFault[], event: Record<string, unknown>): DemoStep {
  return { state: keysOf(after), events: [event] }
}

function keysOf(faults: readonly DemoFault[]): DemoState {
  return new Set(faults.map(({ dedupKey }) => dedupKey))
}

function pick(faults: readonly DemoFault[], random: () => number): DemoFault | undefined {
  return faults[Math.floor(random() * faults.length)]
}
