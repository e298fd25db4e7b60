import { useRef, type KeyboardEvent } from 'react'
import type { FilterAbout } from '../../../src-shared/filter/filter.ts'
import { useLogSearch, useNow, useSession } from '../../hooks/use-session.ts'
import { texts } from '../../texts.ts'
import { FoundEvent } from './found-event.tsx'
import { FoundIncident } from './found-incident.tsx'
import { SearchFurther } from './search-further.tsx'

const words = texts.logSearch
const minute = 60_000

export interface FoundInLogProps {
  sites: readonly { siteId: string; siteName: string }[]
  /** Gives the focus to the field above. */
  focusField: () => void
}

/** What the search has found so far, and the way further back. */
export function FoundInLog({ sites, focusField }: FoundInLogProps) {
  const asked = useLogSearch((state) => state.asked)
  const found = useLogSearch((state) => state.found)
  const now = useNow((at) => at - (at % minute))
  const region = useRef<HTMLElement>(null)

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0 || !(event.target instanceof HTMLButtonElement)) return
    const buttons = [...event.currentTarget.querySelectorAll('button')]
    const to = buttons.indexOf(event.target) + step
    if (to < 0) focusField()
    else buttons[to]?.focus()
    event.preventDefault()
  }

  return (
    // Only the way from one to the next; each button has its own keys.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={region}
      className="panel-body"
      aria-label={words.results}
      // A region that scrolls must be reachable by key.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {asked === null ? (
        <Examples focusField={focusField} />
      ) : (
        <>
          <Said siteName={sites.find(({ siteId }) => siteId === asked.siteId)?.siteName ?? ''} />
          <ol className="found">
            {found.incidents.map((incident) => (
              <FoundIncident key={incident.id} incident={incident} siteId={asked.siteId} now={now} />
            ))}
            {found.events.map((event) => (
              <FoundEvent key={event.id} event={event} siteId={asked.siteId} now={now} />
            ))}
          </ol>
          <SearchFurther about={asked.about} ended={() => region.current?.focus({ preventScroll: true })} />
        </>
      )}
    </section>
  )
}

/** What was asked, and how much of it there is. */
function Said({ siteName }: { siteName: string }) {
  const asked = useLogSearch((state) => state.asked)
  const count = useLogSearch(({ found }) => found.incidents.length + found.events.length)
  const isAll = useLogSearch(({ next, isSearching, failure }) => next === null && !isSearching && !failure)
  const isSearching = useLogSearch((state) => state.isSearching)
  if (asked === null) return null
  const { about, text } = asked
  const said = isAll ? words.inAll(about, count) : words.soFar(about, count)
  return (
    <div className="said">
      <p role="status">{isSearching && count === 0 ? words.searching(siteName) : count > 0 && said}</p>
      <code title={text}>{text.trim() === '' ? words.everything : text}</code>
    </div>
  )
}

/** What can be written, while nothing has been asked yet. */
function Examples({ focusField }: { focusField: () => void }) {
  const { logSearch } = useSession()
  const about: FilterAbout = useLogSearch(({ written }) => written.about)
  return (
    <div className="examples">
      <p>{words.lead}</p>
      <ul>
        {words.examples[about].map(({ text, what }) => (
          <li key={text}>
            <button
              type="button"
              className="link"
              aria-label={words.use(text)}
              onClick={() => {
                logSearch.write({ text })
                focusField()
              }}
            >
              <code>{text}</code>
            </button>
            <span>{what}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
