import type { ReactNode } from 'react'
import type { AlarmHealth } from '../../../src-shared/figures/figures.ts'
import {
  healthTargets,
  judgeHealth,
  type TargetedFigure,
} from '../../../src-shared/figures/health-targets.ts'
import { Card } from '../../components/card.tsx'
import { formatCount, formatMean, formatPercent } from '../../state/format.ts'
import { texts } from '../../texts.ts'
import { FigureLine } from './figure-line.tsx'
import { healthOffenders, keyOffenders } from './health-offenders.tsx'
import { Offenders } from './offenders.tsx'

const words = texts.figures.health
const judged = Object.keys(healthTargets) as TargetedFigure[]

const formats: Record<TargetedFigure, (value: number) => string> = {
  per10Minutes: formatMean,
  floodShare: formatPercent,
  staleOnWorstDay: formatCount,
  chatteringKeys: formatCount,
  fleeting: formatCount,
  loudestShare: formatPercent,
  highPriorityShare: formatPercent,
}

/** The figures of ISA-18.2 and EEMUA 191, each beside what it should be. */
export function AlarmHealthCard({ siteId, health }: { siteId: string; health: AlarmHealth }) {
  const verdicts = judgeHealth(health)
  const offenders = healthOffenders(siteId, health)
  const { figure, value, target, verdict } = words.columns
  return (
    <Card heading={words.heading}>
      <table className="figure-table">
        <thead>
          <tr>
            {[figure, value, target, verdict].map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        {judged.map((name) => (
          <Judged key={name} name={name} {...verdicts[name]}>
            {offenders[name]}
          </Judged>
        ))}
      </table>
      <ul className="figure-lines">
        <FigureLine name={words.annunciated} value={formatCount(health.annunciated)} />
        <FigureLine name={words.byPriority} value={words.priorities(health.byPriority)} />
        <FigureLine name={words.damped} value={formatCount(health.damped)}>
          {keyOffenders(siteId, health.dampedKeys)}
        </FigureLine>
      </ul>
    </Card>
  )
}

interface JudgedProps {
  name: TargetedFigure
  value: number
  isMissed: boolean | null
  children: readonly ReactNode[]
}

function Judged({ name, value, isMissed, children }: JudgedProps) {
  const format = formats[name]
  const target = healthTargets[name]
  const verdict = isMissed === null ? 'unjudged' : isMissed ? 'missed' : 'good'
  return (
    <tbody>
      <tr>
        <th scope="row">{words.names[name]}</th>
        <td>{format(value)}</td>
        <td>{'upTo' in target ? upTo(target.upTo, format) : words.below(format(target.below))}</td>
        <td className={`verdict is-${verdict}`}>{words.verdict[verdict]}</td>
      </tr>
      {children.length > 0 && (
        <tr>
          <td colSpan={4}>
            <Offenders>{children}</Offenders>
          </td>
        </tr>
      )}
    </tbody>
  )
}

function upTo(target: number, format: (value: number) => string): string {
  return target === 0 ? words.none : words.upTo(format(target))
}
