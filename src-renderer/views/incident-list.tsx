import { useEffect, useRef } from 'react'
import { KeyHint } from '../components/key-hint.tsx'
import { shouldTakeFocus } from '../hooks/list-focus.ts'
import { useNumberedOptions } from '../hooks/use-numbered-options.ts'
import { useBoard, useSession } from '../hooks/use-session.ts'
import { texts } from '../texts.ts'
import { BulkBar } from './bulk-bar.tsx'
import { FilterField } from './filter-field.tsx'
import { IncidentRowView } from './incident-row.tsx'
import { ListEmpty } from './list-empty.tsx'
import { ListStrip } from './list-strip.tsx'
import { StatusTabs } from './status-tabs.tsx'
import { VirtualRows } from './virtual-rows.tsx'

/** The list: tabs, the line that says what waits, the band of P1s, and the rows. */
export function IncidentList() {
  const session = useSession()
  const isEmpty = useBoard(({ order }) => order.ids.length === 0)
  return (
    <section className="list" aria-label={texts.list.label}>
      <div className="list-head">
        <StatusTabs />
        <PanelButtons />
      </div>
      <FilterField />
      <div id="list-panel" className="list-panel" role="tabpanel" aria-labelledby="selected-tab">
        <ListStrip />
        <div
          className="hold"
          onPointerEnter={() => session.board.setPointerOver(true)}
          onPointerLeave={() => session.board.setPointerOver(false)}
        >
          <Band />
          {isEmpty ? <ListEmpty /> : <VirtualRows />}
        </div>
        <BulkBar />
      </div>
    </section>
  )
}

function PanelButtons() {
  const { panels } = useSession()
  return (
    <div className="list-tools">
      {panelButtons.map(({ panel, keys }) => (
        <button
          key={panel}
          type="button"
          className="button small"
          aria-keyshortcuts={keys}
          onClick={() => panels.show(panel)}
        >
          {texts[panel].open} <KeyHint keys={keys} />
        </button>
      ))}
    </div>
  )
}

const panelButtons = [
  { panel: 'shift', keys: 'l' },
  { panel: 'maintenance', keys: 'w' },
  { panel: 'rules', keys: 'b' },
] as const

/** P1s that nobody has taken. */
function Band() {
  const band = useBoard(({ order }) => order.band)
  const selectedId = useBoard((state) => state.selectedId)
  const listbox = useRef<HTMLDivElement>(null)
  useNumberedOptions(listbox, band)
  const isIn = selectedId !== null && band.includes(selectedId)
  useEffect(() => {
    if (isIn && shouldTakeFocus()) listbox.current?.focus({ preventScroll: true })
  }, [isIn])
  if (band.length === 0) return null
  return (
    <div
      ref={listbox}
      className="band"
      role="listbox"
      aria-label={texts.list.band}
      tabIndex={0}
      {...(isIn ? { 'aria-activedescendant': `row-${selectedId}` } : {})}
    >
      {band.map((id) => (
        <IncidentRowView key={id} id={id} isSelected={id === selectedId} />
      ))}
    </div>
  )
}
