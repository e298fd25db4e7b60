import { useSession } from '../hooks/use-session.ts'
import { texts } from '../texts.ts'

export interface CitationProps {
  eventId: string
  number: number
  /** Whether the event is in the timeline that is shown. */
  isKnown: boolean
}

/** The number of a cited event: pointed at, it marks the event's line in the timeline; clicked, it goes there. */
export function Citation({ eventId, number, isKnown }: CitationProps) {
  const { detail } = useSession()
  const mark = () => detail.cite(eventId)
  const unmark = () => detail.cite(null)
  return (
    <sup>
      <button
        type="button"
        className={isKnown ? 'cite' : 'cite is-missing'}
        aria-label={isKnown ? texts.summary.cite(number) : texts.summary.citeMissing(number)}
        title={isKnown ? texts.summary.cite(number) : texts.summary.citeMissing(number)}
        onPointerEnter={mark}
        onPointerLeave={unmark}
        onFocus={mark}
        onBlur={unmark}
        onClick={() => {
          mark()
          document.getElementById(`event-${eventId}`)?.scrollIntoView({ block: 'center' })
        }}
      >
        {number}
      </button>
    </sup>
  )
}
