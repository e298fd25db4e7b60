import { useId, useRef, useState } from 'react'
import type { IncidentRow } from '../../../src-shared/console-views.ts'
import { useBoard, useSession } from '../../hooks/use-session.ts'
import { texts } from '../../texts.ts'
import { ActionForm, Choices, takeChoice, useCloseForm } from './action-form.tsx'

const words = texts.forms.assign
const longestName = 200

/** Who owns the incident: the operator, anybody by name, or nobody. */
export function AssignForm({ row }: { row: IncidentRow }) {
  const session = useSession()
  const close = useCloseForm()
  const listId = useId()
  const field = useRef<HTMLInputElement>(null)
  // What the operator saw when deciding: whoever was quicker is not overruled unseen.
  const [seen] = useState(row.assignee)
  const me = useBoard(({ sites }) => sites.find((site) => site.siteId === row.siteId)?.operator?.name)
  const [names] = useState(() => session.board.knownPeople(row.siteId))
  const assign = (assignee: string | null): void =>
    session.perform({ kind: 'assign', incidentId: row.id, assignee, seen })
  const choose = (assignee: string | null) => () => {
    assign(assignee)
    close()
  }
  const choices = [
    ...(me === undefined ? [] : [{ keys: '1', label: words.me, take: choose(me), isDisabled: seen === me }]),
    { keys: '0', label: words.nobody, take: choose(null), isDisabled: seen === null },
  ]
  return (
    <ActionForm
      heading={texts.forms.heading.assign}
      send={words.send}
      onPlainKey={(key) => takeChoice(choices, key)}
      onSend={() => {
        const name = field.current?.value.trim() ?? ''
        if (name === '' || name.length > longestName) return words.error
        assign(name)
        return null
      }}
    >
      <Choices choices={choices} />
      <label className="labelled">
        <span>{words.name}</span>
        <input ref={field} list={listId} placeholder={words.placeholder} maxLength={longestName} />
      </label>
      <datalist id={listId}>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </datalist>
    </ActionForm>
  )
}
