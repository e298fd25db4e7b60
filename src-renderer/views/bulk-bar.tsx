import { useEffect, useRef, type KeyboardEvent } from 'react'
import { Disclosure } from '../components/disclosure.tsx'
import { KeyButton } from '../components/key-button.tsx'
import { returnFocus } from '../hooks/list-focus.ts'
import { useBoard, useBulk, useSession } from '../hooks/use-session.ts'
import { bulkFormKeys, bulkPlainKeys, type BulkPlain } from '../state/bulk-keys.ts'
import type { BulkForm } from '../state/bulk-store.ts'
import { listedIds } from '../state/list-order.ts'
import { texts } from '../texts.ts'
import { BulkForms } from './bulk-forms.tsx'
import { BulkProgress } from './bulk-progress.tsx'

const words = texts.bulk
const forms: readonly BulkForm[] = [
  'timedAck',
  'snooze',
  'assign',
  'prioritise',
  'followUp',
  'note',
  'addTicket',
  'setCause',
  'merge',
]

/** At the foot of the list, so that it moves no row: what can be done to all that are marked, and how it goes. */
export function BulkBar() {
  const count = useBulk(({ marked }) => marked.size)
  const hasRun = useBulk(({ run }) => run !== null)
  if (count === 0 && !hasRun) return null
  return (
    <section className="bulk" aria-label={words.label}>
      <BulkProgress />
      {count > 0 && <Actions count={count} />}
    </section>
  )
}

function Actions({ count }: { count: number }) {
  const { bulk } = useSession()
  const listed = useBoard(({ order }) => listedIds(order).length)
  const form = useBulk((state) => state.form)
  const asked = useBulk((state) => state.asked)
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || (form === null && asked === null)) return
    bulk.openForm(null)
    returnFocus()
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    // Esc closes what is open in it; each control has its own keys.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="bulk-actions" onKeyDown={onKeyDown}>
      <div className="choices">
        <b>{words.selected(count)}</b>
        <KeyButton className="button small" keys="X" onClick={() => bulk.markAll()}>
          {words.all(listed)}
        </KeyButton>
        <KeyButton className="button small" keys="Escape" hint="Esc" onClick={() => bulk.clear()}>
          {words.clear}
        </KeyButton>
        <span className="bulk-buttons">
          <PlainButtons of={['acknowledge', 'resolve']} />
          <FormButtons of={forms} />
          <Disclosure className="more-buttons is-upwards" line={words.more} label={words.moreLabel}>
            <PlainButtons of={['unacknowledge', 'reopen', 'summarise']} />
            <FormButtons of={['removeTicket']} />
          </Disclosure>
        </span>
      </div>
      {form !== null && <BulkForms key={form} form={form} />}
      {asked !== null && <Confirm />}
    </div>
  )
}

function PlainButtons({ of }: { of: readonly BulkPlain[] }) {
  const { bulk } = useSession()
  return of.map((kind) => (
    <KeyButton
      key={kind}
      className="button small"
      keys={bulkPlainKeys[kind]}
      onClick={() => bulk.act({ kind })}
    >
      {texts.actions[kind]}
    </KeyButton>
  ))
}

function FormButtons({ of }: { of: readonly BulkForm[] }) {
  const { bulk } = useSession()
  const open = useBulk((state) => state.form)
  return of.map((form) => (
    <KeyButton
      key={form}
      className="button small"
      keys={bulkFormKeys[form]}
      aria-expanded={open === form}
      onClick={() => bulk.openForm(open === form ? null : form)}
    >
      {form === 'timedAck' ? texts.forms.open.timedAck : texts.actions[form]}
    </KeyButton>
  ))
}

function Confirm() {
  const { bulk } = useSession()
  const asked = useBulk((state) => state.asked)
  const no = useRef<HTMLButtonElement>(null)
  useEffect(() => no.current?.focus(), [])
  if (asked === null) return null
  const { action, count } = asked
  return (
    <div className="choices" role="alertdialog" aria-label={words.confirm(action.kind, count)}>
      <span>{words.confirm(action.kind, count)}</span>
      <button
        ref={no}
        type="button"
        className="button small"
        onClick={() => {
          bulk.openForm(null)
          returnFocus()
        }}
      >
        {words.no}
      </button>
      <button
        type="button"
        className="button small primary"
        onClick={() => {
          bulk.act(action, true)
          returnFocus()
        }}
      >
        {words.yes(action.kind, count)}
      </button>
    </div>
  )
}
