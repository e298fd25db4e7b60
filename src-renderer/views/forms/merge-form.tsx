import { useId, useState, type KeyboardEvent } from 'react'
import type { IncidentRow } from '../../../src-shared/console-views.ts'
import { SeverityMark } from '../../components/severity-mark.tsx'
import { useBoard, useSession } from '../../hooks/use-session.ts'
import { mergeTargets } from '../../state/merge-targets.ts'
import { texts } from '../../texts.ts'
import { ActionForm, useCloseForm } from './action-form.tsx'

const words = texts.forms.merge

/** Chooses the incident that takes this one's alerts, by its number or from a short list. */
export function MergeForm({ row }: { row: IncidentRow }) {
  const session = useSession()
  const close = useCloseForm()
  const listId = useId()
  const [text, setText] = useState('')
  const rows = useBoard((state) => state.rows)
  useBoard((state) => state.version)
  const targets = mergeTargets(rows.values(), row, text)
  const merge = (target: IncidentRow): void =>
    session.perform({ kind: 'merge', incidentId: row.id, intoId: target.id })

  /** Arrows go through the list, from the field and back. */
  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const places = [...event.currentTarget.querySelectorAll<HTMLElement>('input, .candidates button')]
    const from = places.findIndex((place) => place === document.activeElement)
    if (step === 0 || from < 0) return
    places[Math.max(0, Math.min(places.length - 1, from + step))]?.focus()
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <ActionForm
      heading={texts.forms.heading.merge}
      hint={words.hint}
      onSend={() => {
        const [first] = targets
        if (first === undefined) return words.none
        merge(first)
        return null
      }}
    >
      <p className="form-note">{words.note(row.number)}</p>
      {/* Arrows only go between what can be reached by Tab as well. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div onKeyDown={onKeyDown}>
        <label className="labelled">
          <span>{words.label}</span>
          <input
            value={text}
            autoComplete="off"
            aria-controls={listId}
            placeholder={words.placeholder}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <ul id={listId} className="candidates" aria-label={words.candidates}>
          {targets.map((target) => (
            <li key={target.id}>
              <button
                type="button"
                onClick={() => {
                  merge(target)
                  close()
                }}
              >
                <SeverityMark severity={target.severity} size={10} />
                <span className="unseen">{texts.severity[target.severity]}</span>
                <span className="number">#{target.number}</span>
                <span className="candidate-title">{target.title}</span>
                <small>{target.serviceName}</small>
              </button>
            </li>
          ))}
        </ul>
        {targets.length === 0 && <p className="form-note">{words.none}</p>}
      </div>
    </ActionForm>
  )
}
