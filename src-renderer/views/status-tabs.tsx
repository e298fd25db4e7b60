import { useRef, type KeyboardEvent } from 'react'
import { useBoard, useFreshness, useSession } from '../hooks/use-session.ts'
import { formatCount } from '../state/format.ts'
import type { BoardState } from '../state/board-store.ts'
import { tabs, type Tab } from '../state/list-order.ts'
import { texts } from '../texts.ts'

const countOf = {
  needsMe: 'triggered',
  acknowledged: 'acknowledged',
  resolved: 'resolved',
} as const satisfies Record<Tab, string>

/** The lists to choose from, with the server's counts (not those of the rows that happen to be here). */
export function StatusTabs() {
  const session = useSession()
  const current = useBoard(({ order }) => order.tab)
  const counts = useBoard((state) => state.counts)
  // A text, because three numbers made anew would be another thing each time.
  const filtered = useBoard(filteredCounts)
  const isKnown = useFreshness((view) => view.completeAt !== null)
  const list = useRef<HTMLDivElement>(null)

  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    const index = (tabs.indexOf(current) + step + tabs.length) % tabs.length
    session.board.showTab(tabs[index] ?? current)
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[index]?.focus()
    event.preventDefault()
  }

  return (
    <div
      ref={list}
      className="tabs"
      role="tablist"
      aria-label={texts.tabs.label}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {tabs.map((tab) => (
        <button
          key={tab}
          type="button"
          role="tab"
          aria-selected={tab === current}
          aria-controls="list-panel"
          tabIndex={tab === current ? 0 : -1}
          {...(tab === current ? { id: 'selected-tab' } : {})}
          onClick={() => session.board.showTab(tab)}
        >
          {texts.tabs[tab]}{' '}
          <b>
            {isKnown
              ? formatCount(
                  filtered === null ? counts[countOf[tab]] : Number(filtered.split(' ')[tabs.indexOf(tab)]),
                )
              : texts.unknownCount}
          </b>
        </button>
      ))}
    </div>
  )
}

/** How many rows the filter lets through, in the order of the tabs; null while there is none. */
function filteredCounts({ rows, order: { filter } }: BoardState): string | null {
  if (filter === null) return null
  const counts = { triggered: 0, acknowledged: 0, resolved: 0 }
  for (const id of filter) {
    const status = rows.get(id)?.status
    if (status !== undefined) counts[status] += 1
  }
  return tabs.map((tab) => counts[countOf[tab]]).join(' ')
}
