import type { LogCounts } from '../../../src-shared/figures/figures.ts'
import { Card } from '../../components/card.tsx'
import { useNow } from '../../hooks/use-session.ts'
import { formatCount, formatMean, formatPercent, formatShortSince } from '../../state/format.ts'
import { texts } from '../../texts.ts'
import { FigureLine } from './figure-line.tsx'

const words = texts.figures.events

/** What monitoring sent. */
export function EventsCard({ counts }: { counts: LogCounts }) {
  const { peakMinute, events } = counts
  const peak = useNow((now) =>
    peakMinute === null ? words.noPeak : words.peak(formatShortSince(peakMinute.at, now)),
  )
  const shared = (named: readonly { name: string; events: number }[]) =>
    named.map(({ name, events: some }) => (
      <li key={name}>
        <span>{name}</span>
        <small>
          {formatCount(some)} · {formatPercent(events === 0 ? 0 : some / events)}
        </small>
      </li>
    ))
  return (
    <Card heading={words.heading}>
      <ul className="figure-lines">
        <FigureLine name={words.total} value={formatCount(events)} />
        <FigureLine name={words.perMinute} value={formatMean(counts.eventsPerMinute)} />
        <FigureLine name={peak} value={formatCount(peakMinute?.events ?? 0)} />
        <FigureLine name={words.bySeverity} value={countsLine(counts.bySeverity)} />
        <FigureLine name={words.byAction} value={countsLine(counts.byAction)} />
        <FigureLine name={words.byEffect} value={countsLine(counts.byEffect)} />
        <FigureLine name={words.sources} value={counts.sources[0]?.name ?? texts.figures.noOffenders}>
          {shared(counts.sources)}
        </FigureLine>
        <FigureLine name={words.services} value={counts.services[0]?.name ?? texts.figures.noOffenders}>
          {shared(counts.services)}
        </FigureLine>
      </ul>
    </Card>
  )
}

/** `trigger 120 · resolve 14`: those that there are. */
function countsLine(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0)
  if (some.length === 0) return texts.figures.noOffenders
  return some.map(([name, count]) => `${name} ${formatCount(count)}`).join(' · ')
}
