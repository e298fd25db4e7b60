import { severityRank } from '../../src-shared/domain/severity.ts'
import { KeyHint } from '../components/key-hint.tsx'
import { SeverityMark } from '../components/severity-mark.tsx'
import { useBoard, useFreshness, useNow, useSession } from '../hooks/use-session.ts'
import { isHeld, type BoardState } from '../state/board-store.ts'
import { formatSince } from '../state/format.ts'
import { texts } from '../texts.ts'

/**
 * One line of fixed height above the rows, so that nothing moves when it has something to say: what waits to be
 * let in, how the list is sorted, and how old it is when it is not live.
 */
export function ListStrip() {
  const session = useSession()
  const waiting = useBoard(({ order }) => order.waiting.size)
  const worst = useBoard(worstWaiting)
  const order = useBoard((state) => state.order)
  const held = useBoard(isHeld)
  const counts = useBoard((state) => state.counts)
  const isLimited =
    order.filter === null && order.tab === 'resolved' && counts.resolved > order.ids.length + waiting
  return (
    <div className={waiting > 0 ? 'strip has-news' : 'strip'}>
      {waiting > 0 && worst !== null ? (
        <button type="button" className="let-in" aria-keyshortcuts="." onClick={() => session.board.letIn()}>
          <b>{texts.list.waiting(waiting)}</b>
          <span className="worst">
            <SeverityMark severity={worst} size={10} /> {texts.list.worst(worst)}
          </span>
          <AsOf />
          <span className="let-in-hint">
            {texts.list.letIn} <KeyHint keys="." />
          </span>
        </button>
      ) : (
        <>
          <span className="sorting">
            {isLimited
              ? texts.list.limited(order.ids.length, counts.resolved)
              : order.tab === 'resolved'
                ? texts.list.byResolved
                : texts.list.byUrgency}
            {held && ` · ${texts.list.held}`}
            <AsOf />
          </span>
          {order.ids.length > 0 && (
            <>
              <span>{texts.list.columns.service}</span>
              <span className="right">{texts.list.columns.events}</span>
              <span className="right">{texts.list.columns.age}</span>
            </>
          )}
        </>
      )}
    </div>
  )
}

function AsOf() {
  const isLive = useFreshness((view) => view.state === 'live')
  const completeAt = useFreshness((view) => view.completeAt)
  const clock = useNow((now) => (completeAt === null ? '' : formatSince(completeAt, now)))
  if (isLive) return null
  return (
    <span className="as-of">{clock === '' ? texts.freshness.neverKnown : texts.freshness.asOf(clock)}</span>
  )
}

function worstWaiting({ order, rows }: BoardState) {
  let worst = null
  for (const id of order.waiting) {
    const severity = rows.get(id)?.severity
    if (severity !== undefined && (worst === null || severityRank(severity) > severityRank(worst)))
      worst = severity
  }
  return worst
}
