import { useEffect, useRef, type FormEvent, type KeyboardEvent } from 'react'
import { returnFocus } from '../hooks/list-focus.ts'
import { useSession } from '../hooks/use-session.ts'
import { texts } from '../texts.ts'

const words = texts.incident

/** Writes a note: Enter sends, Escape closes. */
export function NoteForm({ incidentId }: { incidentId: string }) {
  const session = useSession()
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.focus(), [])

  function close(): void {
    session.detail.openNote(false)
    returnFocus()
  }

  function send(): void {
    const text = field.current?.value.trim() ?? ''
    if (text === '') return
    session.sendNote(incidentId, text)
    close()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') close()
    else if (event.key === 'Enter' && !event.shiftKey) send()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    send()
  }

  return (
    <form className="note-form" onSubmit={onSubmit}>
      <textarea
        ref={field}
        rows={3}
        maxLength={8192}
        aria-label={words.noteLabel}
        aria-describedby="note-hint"
        placeholder={words.notePlaceholder}
        onKeyDown={onKeyDown}
      />
      <div className="note-foot">
        <small id="note-hint">{words.noteHint}</small>
        <button type="button" className="button" onClick={close}>
          {words.cancel}
        </button>
        <button type="submit" className="button primary">
          {words.send}
        </button>
      </div>
    </form>
  )
}
