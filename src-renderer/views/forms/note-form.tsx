import { useRef } from 'react'
import type { IncidentRow } from '../../../src-shared/console-views.ts'
import { useSession } from '../../hooks/use-session.ts'
import { texts } from '../../texts.ts'
import { ActionForm } from './action-form.tsx'

const words = texts.incident

/** Writes a note. */
export function NoteForm({ row }: { row: IncidentRow }) {
  const session = useSession()
  const field = useRef<HTMLTextAreaElement>(null)
  return (
    <ActionForm
      heading={texts.forms.heading.note}
      hint={words.noteHint}
      send={words.send}
      onSend={() => {
        const text = field.current?.value.trim() ?? ''
        if (text === '') return words.noteError
        session.perform({ kind: 'note', incidentId: row.id, text })
        return null
      }}
    >
      <textarea
        ref={field}
        rows={3}
        maxLength={8192}
        aria-label={words.noteLabel}
        placeholder={words.notePlaceholder}
      />
    </ActionForm>
  )
}
