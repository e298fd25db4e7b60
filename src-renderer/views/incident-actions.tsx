import { useState } from 'react'
import type { IncidentRow } from '../../src-shared/console-views.ts'
import { KeyButton } from '../components/key-button.tsx'
import { useDetail, useFreshness, useSession } from '../hooks/use-session.ts'
import type { PlainAction } from '../state/console-session.ts'
import { formatClock } from '../state/format.ts'
import { canOpenForm, formKeys, type FormName } from '../state/forms.ts'
import { canAct } from '../state/keys.ts'
import { texts } from '../texts.ts'

const first: readonly { kind: PlainAction; keys: string }[] = [
  { kind: 'acknowledge', keys: 'a' },
  { kind: 'unacknowledge', keys: 'u' },
  { kind: 'reopen', keys: 'R' },
]
const last: readonly { kind: PlainAction; keys: string }[] = [{ kind: 'resolve', keys: 'r' }]
/** Always at hand; the others are one click further, or their key. */
const usual: readonly FormName[] = ['cause', 'assign', 'snooze', 'note']
const others: readonly FormName[] = [
  'timedAck',
  'priority',
  'followUp',
  'ticket',
  'merge',
  'split',
  'service',
]

/** What can be done about it, each with its key, and what was done here and does not show yet. */
export function IncidentActions({ row }: { row: IncidentRow }) {
  const isLive = useFreshness((view) => view.state === 'live')
  const serviceEdits = useDetail(({ detail }) => (detail?.row.id === row.id ? detail.serviceEdits : null))
  const [isMoreOpen, setMoreOpen] = useState(false)
  return (
    <div className="actions" role="toolbar" aria-label={texts.incident.actions}>
      <PlainButtons row={row} of={first} isFirst />
      <FormButtons row={row} of={usual} />
      <PlainButtons row={row} of={last} />
      <button
        type="button"
        className="button"
        aria-expanded={isMoreOpen}
        onClick={() => setMoreOpen(!isMoreOpen)}
      >
        {texts.incident.more} <span aria-hidden="true">{isMoreOpen ? '▴' : '▾'}</span>
      </button>
      {isMoreOpen && <FormButtons row={row} of={others} />}
      <span className="pendings">
        {[...row.pending, ...(serviceEdits ?? [])].map((pending) => (
          <span key={pending.commandId} className="pending">
            {texts.pendingInFull(pending, isLive, formatClock(pending.issuedAt))}
          </span>
        ))}
      </span>
    </div>
  )
}

interface PlainButtonsProps {
  row: IncidentRow
  of: readonly { kind: PlainAction; keys: string }[]
  isFirst?: boolean
}

function PlainButtons({ row, of, isFirst = false }: PlainButtonsProps) {
  const session = useSession()
  return of
    .filter(({ kind }) => canAct(kind, row.status))
    .map(({ kind, keys }) => (
      <KeyButton
        key={kind}
        className={isFirst && row.status === 'triggered' ? 'button primary' : 'button'}
        keys={keys}
        disabled={row.pending.some((pending) => pending.kind === kind)}
        onClick={() => session.act(kind, row.id)}
      >
        {texts.actions[kind]}
      </KeyButton>
    ))
}

function FormButtons({ row, of }: { row: IncidentRow; of: readonly FormName[] }) {
  const session = useSession()
  const open = useDetail((state) => state.form)
  return of
    .filter((form) => canOpenForm(form, row))
    .map((form) => (
      <KeyButton
        key={form}
        keys={formKeys[form]}
        aria-expanded={open === form}
        onClick={() => session.detail.openForm(open === form ? null : form)}
      >
        {texts.forms.open[form]}
      </KeyButton>
    ))
}
