import type { DurationFigure } from '../../../src-shared/figures/figures.ts'
import { Card } from '../../components/card.tsx'
import { formatCount, formatDuration } from '../../state/format.ts'
import { texts } from '../../texts.ts'
import { OffendingIncident, Offenders } from './offenders.tsx'

const words = texts.figures.response

export interface AnsweringCardProps {
  siteId: string
  acknowledged: DurationFigure
  resolved: DurationFigure
}

/** MTTA and MTTR: the mean, and what half and nine of ten do not exceed. */
export function AnsweringCard({ siteId, acknowledged, resolved }: AnsweringCardProps) {
  const { figure, mean, half, most, of } = words.columns
  return (
    <Card heading={words.heading}>
      <table className="figure-table">
        <thead>
          <tr>
            {[figure, mean, half, most, of].map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <Answering siteId={siteId} name={words.acknowledged} figure={acknowledged} />
        <Answering siteId={siteId} name={words.resolved} figure={resolved} />
      </table>
    </Card>
  )
}

function Answering({ siteId, name, figure }: { siteId: string; name: string; figure: DurationFigure }) {
  const { meanMs, medianMs, p90Ms, count, longest } = figure
  return (
    <tbody>
      <tr>
        <th scope="row">{name}</th>
        <td>{duration(meanMs)}</td>
        <td>{duration(medianMs)}</td>
        <td>{duration(p90Ms)}</td>
        <td>{formatCount(count)}</td>
      </tr>
      {longest.length > 0 && (
        <tr>
          <td colSpan={5}>
            <Offenders>
              {longest.map((each, index) => (
                // An incident that was reopened can be there twice, with times of the same length.
                // oxlint-disable-next-line react/no-array-index-key
                <OffendingIncident key={index} siteId={siteId} incident={each}>
                  {formatDuration(each.tookMs)}
                </OffendingIncident>
              ))}
            </Offenders>
          </td>
        </tr>
      )}
    </tbody>
  )
}

function duration(ms: number | null): string {
  return ms === null ? words.none : formatDuration(ms)
}
