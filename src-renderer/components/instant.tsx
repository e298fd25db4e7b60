import { formatAge, formatClock, formatDuration, formatFull } from '../state/format.ts'
import { useNow } from '../hooks/use-session.ts'

/** A time of day; day, zone and UTC in its tooltip. */
export function Instant({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={formatFull(at)}>
      {formatClock(at)}
    </time>
  )
}

/** How long ago, coarse and moving by itself. */
export function Age({ at }: { at: number }) {
  return <>{useNow((now) => formatAge(now - at))}</>
}

/** How long since, fine and moving by itself. */
export function DurationSince({ at }: { at: number }) {
  return <>{useNow((now) => formatDuration(now - at))}</>
}
