import { memo, useEffect, useRef, useState, type RefObject } from 'react'
import type { FeedLine } from '../../src-shared/console-views.ts'
import { useFeed, useFreshness, useSession } from '../hooks/use-session.ts'
import { SeverityMark } from '../components/severity-mark.tsx'
import { Sparkline } from '../components/sparkline.tsx'
import { formatClockMs, formatCount } from '../state/format.ts'
import { rateSeconds } from '../state/feed-store.ts'
import { texts } from '../texts.ts'

/** Pixels; the same as in feed.css. */
const lineHeight = 21
/** What comes with one frame of a busy estate is in the page, be the feed ever so low. */
const leastLines = 12

/** More events a second than this are called a storm; a busy estate has some tens. */
const stormFrom = 100

/** Events as they are taken in, newest first. Held still under the pointer and while it has the focus. */
export function EventFeed() {
  return (
    <footer className="feed">
      <Rate />
      <Lines />
    </footer>
  )
}

function Rate() {
  const eventsPerSecond = useFeed((state) => state.eventsPerSecond)
  const isBlind = useFreshness((view) => view.state === 'blind')
  const rates = useFeed((state) => state.rates)
  return (
    <div className="rate">
      <b>{isBlind ? texts.unknownCount : formatCount(Math.round(eventsPerSecond))}</b>{' '}
      <span>{texts.feed.perSecond}</span>
      {eventsPerSecond > stormFrom && !isBlind && <strong className="storm">{texts.feed.storm}</strong>}
      <Sparkline
        values={rates}
        capacity={rateSeconds}
        width={200}
        height={52}
        label={texts.feed.rate(Math.round(eventsPerSecond), Math.round(Math.max(0, ...rates)))}
      />
    </div>
  )
}

function Lines() {
  const { feed } = useSession()
  const lines = useFeed((state) => state.paused ?? state.lines)
  const isPaused = useFeed((state) => state.paused !== null)
  const missed = useFeed((state) => state.missed)
  const skipped = useFeed((state) => state.skipped)
  const section = useRef<HTMLElement>(null)
  // While the feed runs every line moves with each event: few more are drawn than are in sight. Held still, all of them.
  const inSight = useLinesInSight(section)
  const shown = isPaused ? lines : lines.slice(0, inSight)
  return (
    // The pointer only holds it still; it does nothing that a key could not.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={section}
      className="lines"
      aria-label={texts.feed.heading}
      data-testid="feed"
      data-scrolls
      // A region that scrolls must be reachable by key.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onPointerEnter={() => feed.pause()}
      onPointerLeave={() => feed.resume()}
      onFocus={() => feed.pause()}
      onBlur={() => feed.resume()}
    >
      {lines.length === 0 && <p className="feed-empty">{texts.feed.empty}</p>}
      <ol>
        {shown.map((line) => (
          <Line key={`${line.siteId} ${line.seq}`} line={line} />
        ))}
      </ol>
      <div className="feed-notes" aria-hidden="true">
        {isPaused && <span className="feed-note">{texts.feed.paused(missed)}</span>}
        {skipped > 0 && <span className="feed-note">{texts.feed.skipped(skipped)}</span>}
      </div>
    </section>
  )
}

/** How many lines the feed shows at its height, the last one perhaps in part. */
function useLinesInSight(feed: RefObject<HTMLElement | null>): number {
  const [count, setCount] = useState(leastLines)
  useEffect(() => {
    if (feed.current === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setCount(Math.max(leastLines, Math.ceil(entry.contentRect.height / lineHeight) + 1))
    })
    observer.observe(feed.current)
    return () => observer.disconnect()
  }, [feed])
  return count
}

const Line = memo(
  function Line({ line }: { line: FeedLine }) {
    return (
      <li>
        <time>{formatClockMs(line.receivedAt)}</time>
        <SeverityMark severity={line.severity} size={9} />
        <span className="unseen">{texts.severity[line.severity]}</span>
        <span className="feed-service">{line.serviceName}</span>
        <span className="feed-title">{line.title}</span>
        <span className="feed-source">
          {line.sourceName} · {texts.timeline.action[line.action]}
          {line.effect === 'suppressed' && <b> · {texts.timeline.effect.suppressed}</b>}
        </span>
      </li>
    )
  },
  (before, after) => before.line.seq === after.line.seq && before.line.siteId === after.line.siteId,
)
