import type { AlarmHealth } from './figures.ts'

/** A figure of alarm health that is worse than it should be. */
export interface MissedTarget {
  figure:
    | 'per10Minutes'
    | 'floodShare'
    | 'staleOnWorstDay'
    | 'chatteringKeys'
    | 'fleeting'
    | 'loudestShare'
    | 'highPriorityShare'
  value: number
  /** The most that is still good; `staleOnWorstDay` and the shares have to be below. */
  target: number
}

/** ISA-18.2 and EEMUA 191, as DOMAIN has them: about one alarm in ten minutes is good, two the most that can be managed. */
const mostPer10Minutes = 2
const floodShareBelow = 0.01
const staleBelow = 5
const loudestShareBelow = 0.05
/** About 5 % should be of high priority; twice that is no longer about. */
const highPriorityShareUpTo = 0.1
/** Shares of a handful of alarms say nothing. */
const alarmsForShares = 100

/** The figures that miss their targets, in the order in which they are shown. */
export function missedTargets(health: AlarmHealth): MissedTarget[] {
  const missed: MissedTarget[] = []
  const check = (figure: MissedTarget['figure'], value: number, target: number, isMissed: boolean): void => {
    if (isMissed) missed.push({ figure, value, target })
  }
  const { per10Minutes, floodShare, staleOnWorstDay, chatteringKeys, fleeting, loudestShare } = health
  check('per10Minutes', per10Minutes, mostPer10Minutes, per10Minutes > mostPer10Minutes)
  check('floodShare', floodShare, floodShareBelow, floodShare >= floodShareBelow)
  check('staleOnWorstDay', staleOnWorstDay, staleBelow, staleOnWorstDay >= staleBelow)
  check('chatteringKeys', chatteringKeys, 0, chatteringKeys > 0)
  check('fleeting', fleeting, 0, fleeting > 0)
  if (health.annunciated < alarmsForShares) return missed
  const high = health.byPriority.high / health.annunciated
  check('loudestShare', loudestShare, loudestShareBelow, loudestShare >= loudestShareBelow)
  check('highPriorityShare', high, highPriorityShareUpTo, high > highPriorityShareUpTo)
  return missed
}
