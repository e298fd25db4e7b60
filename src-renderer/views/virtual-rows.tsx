import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useBoard } from '../hooks/use-session.ts'
import { isHeld } from '../state/board-store.ts'
import { texts } from '../texts.ts'
import { shouldTakeFocus } from '../hooks/should-take-focus.ts'
import { IncidentRowView } from './incident-row.tsx'

/** Pixels; the same as `--row` in theme.css. */
const rowHeight = 34

/** The rows of the tab; only those in sight are in the page. */
export function VirtualRows() {
  const ids = useBoard(({ order }) => order.ids)
  const selectedId = useBoard((state) => state.selectedId)
  const scroller = useRef<HTMLDivElement>(null)
  const slack = useSteadyRows(scroller)
  const virtualizer = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 6,
  })
  const selectedIndex = selectedId === null ? -1 : ids.indexOf(selectedId)

  useEffect(() => {
    if (selectedId === null || selectedIndex < 0) return
    virtualizer.scrollToIndex(selectedIndex, { align: 'auto' })
    if (shouldTakeFocus()) scroller.current?.focus({ preventScroll: true })
    // Only a new selection scrolls: not a row that comes or goes before it.
  }, [selectedId, virtualizer])

  const items = virtualizer.getVirtualItems()
  const isSelectedDrawn = items.some((item) => item.index === selectedIndex)
  return (
    <div
      ref={scroller}
      className="rows"
      role="listbox"
      aria-label={texts.list.label}
      tabIndex={0}
      {...(isSelectedDrawn ? { 'aria-activedescendant': `row-${selectedId}` } : {})}
    >
      <div
        className="rows-inner"
        role="presentation"
        style={{ height: virtualizer.getTotalSize() + slack, minHeight: `calc(100% + ${slack}px)` }}
      >
        {items.map((item) => {
          const id = ids[item.index]
          return id === undefined ? null : (
            <div key={item.key} className="row-place" role="presentation" style={{ transform: `translateY(${item.start}px)` }}>
              <IncidentRowView id={id} position={item.index + 1} total={ids.length} isSelected={id === selectedId} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

/**
 * Keeps the rows where they are on screen when the band above grows while the list is held: scrolls by as much,
 * and gives the list that much room (the returned pixels), so that it can.
 */
function useSteadyRows(scroller: React.RefObject<HTMLDivElement | null>): number {
  const bandHeight = useBoard(({ order }) => order.band.length) * rowHeight
  const held = useBoard(isHeld)
  const [slack, setSlack] = useState(0)
  const lastBandHeight = useRef(bandHeight)
  const owed = useRef(0)

  useLayoutEffect(() => {
    const grown = bandHeight - lastBandHeight.current
    lastBandHeight.current = bandHeight
    if (!held) {
      setSlack(0)
    } else if (grown > 0) {
      owed.current += grown
      setSlack((before) => before + grown)
    }
  }, [bandHeight, held])

  useLayoutEffect(() => {
    if (scroller.current !== null && owed.current !== 0) scroller.current.scrollTop += owed.current
    owed.current = 0
  }, [slack, scroller])

  return slack
}
