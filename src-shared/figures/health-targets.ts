import type { AlarmHealth } from './figures.ts'

/**
 * What figures of alarm health should be, after ISA-18.2 and EEMUA 191 as DOMAIN has them. `upTo` is still good, `below` is
 * not. About one alarm in ten minutes is good, two the most that can be managed; about 5 % should be of high priority,
 * and twice that is no longer about.
 */
export const healthTargets = {
  per10Minutes: { upTo: 2 },
  floodShare: { below: 0.01 },
  staleOnWorstDay: { below: 5 },
  chatteringKeys: { upTo: 0 },
  fleeting: { upTo: 0 },
  loudestShare: { below: 0.05 },
  highPriorityShare: { upTo: 0.1 },
} as const satisfies Record<string, { upTo: number } | { below: number }>
export type TargetedFigure = keyof typeof healthTargets

/** Shares of a handful of alarms say nothing: the last two are judged from so many on. */
export const alarmsForShares = 100

/** Whether each figure is as it should be; null where there are too few alarms to say. */
export type HealthVerdicts = Record<TargetedFigure, { value: number; isMissed: boolean | null }>

export function judgeHealth(health: AlarmHealth): HealthVerdicts {
  const { per10Minutes, floodShare, staleOnWorstDay, chatteringKeys, fleeting, loudestShare } = health
  const { annunciated, byPriority } = health
  const isEnough = annunciated >= alarmsForShares
  const verdict = (figure: TargetedFigure, value: number, isJudged = true) => ({
    value,
    isMissed: isJudged ? isOver(value, healthTargets[figure]) : null,
  })
  return {
    per10Minutes: verdict('per10Minutes', per10Minutes),
    floodShare: verdict('floodShare', floodShare),
    staleOnWorstDay: verdict('staleOnWorstDay', staleOnWorstDay),
    chatteringKeys: verdict('chatteringKeys', chatteringKeys),
    fleeting: verdict('fleeting', fleeting),
    loudestShare: verdict('loudestShare', loudestShare, isEnough),
    highPriorityShare: verdict(
      'highPriorityShare',
      annunciated === 0 ? 0 : byPriority.high / annunciated,
      isEnough,
    ),
  }
}

function isOver(value: number, target: { upTo: number } | { below: number }): boolean {
  return 'upTo' in target ? value > target.upTo : value >= target.below
}
