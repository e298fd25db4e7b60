import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useEffectEvent, useLayoutEffect, useRef, type RefObject } from 'react'
import { useBoard } from '../hooks/use-session.ts'
import { texts } from '../texts.ts'
import { shouldTakeFocus } from '../hooks/list-focus.ts'
import { useNumberedOptions } from '../hooks/use-numbered-options.ts'
import { IncidentRowView } from './incident-row.tsx'

/** Pixels; the same as `--row` in theme.css. */
const rowHeight = 34

/** The rows of the tab; only those in sight are in the page. */
export function VirtualRows() {
  const ids = useBoard(({ order }) => order.ids)
  const selectedId = useBoard((state) => state.selectedId)
  const scroller = useRef<HTMLDivElement>(null)
  const drawn = useRef<HTMLDivElement>(null)
  const slack = useSteadyRows(scroller)
  // The React compiler is not used here, which is what this rule is about.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 6,
  })
  const selectedIndex = selectedId === null ? -1 : ids.indexOf(selectedId)

  // Only a new selection scrolls: not a row that comes or goes before it.
  const reveal = useEffectEvent(() => {
    if (selectedIndex < 0) return
    virtualizer.scrollToIndex(selectedIndex, { align: 'auto' })
    if (shouldTakeFocus()) scroller.current?.focus({ preventScroll: true })
  })
  useEffect(() => reveal(), [selectedId])

  const items = virtualizer.getVirtualItems()
  useNumberedOptions(drawn, ids, items[0]?.index ?? 0, items.length)
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
        {/* In the flow of the page: a new row moves the others without anything being said to each of them. */}
        <div ref={drawn} role="presentation" style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
          {items.map(({ index }) => {
            const id = ids[index]
            return id === undefined ? null : (
              <IncidentRowView key={id} id={id} isSelected={id === selectedId} />
            )
          })}
        </div>
      </div>
    </div>
  )
}

/**
 * Keeps the rows where they are on screen when the band above grows while the list is held: scrolls by as much,
 * and gives the list that much room (the returned pixels), so that it can.
 */
function useSteadyRows(scroller: RefObject<HTMLDivElement | null>): number {
  const slack = useBoard(({ order }) => order.band.length - order.settledBand) * rowHeight
  const lastSlack = useRef(slack)
  useLayoutEffect(() => {
    const grown = slack - lastSlack.current
    lastSlack.current = slack
    if (grown > 0) scroller.current?.scrollBy({ top: grown, behavior: 'instant' })
  }, [slack, scroller])
  return slack
}
