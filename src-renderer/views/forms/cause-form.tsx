import { useRef, useState } from 'react'
import type { IncidentDetail } from '../../../src-shared/console-views.ts'
import { useSession } from '../../hooks/use-session.ts'
import { texts } from '../../texts.ts'
import { ActionForm } from './action-form.tsx'

const words = texts.forms.cause

/** What it was, once it is over. */
export function CauseForm({ detail }: { detail: IncidentDetail }) {
  const session = useSession()
  const field = useRef<HTMLTextAreaElement>(null)
  const [seen] = useState(detail.incident.cause)
  return (
    <ActionForm
      heading={texts.forms.heading.cause}
      hint={words.hint}
      send={words.send}
      onSend={() => {
        const text = field.current?.value.trim() ?? ''
        const cause = text === '' ? null : text
        if (cause !== seen) session.perform({ kind: 'setCause', incidentId: detail.row.id, cause, seen })
        return null
      }}
    >
      <textarea ref={field} rows={3} maxLength={2000} aria-label={words.label} defaultValue={seen ?? ''} />
    </ActionForm>
  )
}
