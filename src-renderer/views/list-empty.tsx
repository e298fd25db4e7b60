import { useBoard, useFreshness, useNow } from '../hooks/use-session.ts'
import { formatSince } from '../state/format.ts'
import { texts } from '../texts.ts'

/** An empty list says why it is empty. "All quiet" only while that is proven. */
export function ListEmpty() {
  const tab = useBoard(({ order }) => order.tab)
  const hasBand = useBoard(({ order }) => order.band.length > 0)
  const state = useFreshness((view) => view.state)
  const completeAt = useFreshness((view) => view.completeAt)
  const clock = useNow((now) => (completeAt === null ? '' : formatSince(completeAt, now)))
  const isFiltered = useBoard(({ order }) => order.filter !== null)
  const isKnown = completeAt !== null
  if (hasBand && tab === 'needsMe') return <div className="empty" />
  const words = isFiltered
    ? state === 'live'
      ? texts.filter.noMatch
      : texts.filter.noMatchKnown(clock)
    : state === 'live'
      ? texts.empty[tab]
      : state === 'connecting' && !isKnown
        ? texts.empty.connecting
        : isKnown
          ? texts.empty.outdated(clock)
          : texts.empty.unknown
  return (
    <div className={state === 'live' && !isFiltered ? 'empty is-proven' : 'empty'}>
      <p className="empty-title">{words.title}</p>
      <p>{words.hint}</p>
    </div>
  )
}
