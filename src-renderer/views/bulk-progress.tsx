import { useBulk, useSession } from '../hooks/use-session.ts'
import { texts } from '../texts.ts'

const words = texts.bulk
/** Refusals listed; the others are counted. */
const refusedShown = 4

/** How an action on many goes: answers, refusals with their reasons, and the way back. */
export function BulkProgress() {
  const { bulk } = useSession()
  const run = useBulk((state) => state.run)
  if (run === null) return null
  const { kind, isUndo, answered, total, refused, failure, undo } = run
  const isOver = answered === total
  const line =
    failure !== null
      ? words.failed(failure)
      : total === 0
        ? words.nothing(kind)
        : words.progress(kind, isUndo, answered, total)
  return (
    <div className="bulk-run">
      <div className="choices">
        <output>{line}</output>
        {!isOver && <progress value={answered} max={total} aria-label={line} />}
        {refused.length > 0 && <b className="is-due">{words.refused(refused.length)}</b>}
        <span className="room" />
        {undo.length > 0 && (
          <button type="button" className="button small" onClick={() => bulk.undo()}>
            {words.undo}
          </button>
        )}
        {isOver && (
          <button type="button" className="button small" onClick={() => bulk.dismissRun()}>
            {words.dismiss}
          </button>
        )}
      </div>
      {refused.length > 0 && (
        <ul>
          {refused.slice(0, refusedShown).map(({ commandId, number, message }) => (
            <li key={commandId}>
              <span className="number">#{number}</span> {message}
            </li>
          ))}
          {refused.length > refusedShown && <li>{words.moreRefused(refused.length - refusedShown)}</li>}
        </ul>
      )}
    </div>
  )
}
