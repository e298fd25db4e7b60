import { useRef } from 'react'
import type { IncidentRow } from '../../../src-shared/console-views.ts'
import { longestAckMs } from '../../../src-shared/domain/command.ts'
import { useSession } from '../../hooks/use-session.ts'
import { texts } from '../../texts.ts'
import { ActionForm, Choices, takeChoice, useCloseForm } from './action-form.tsx'

const words = texts.forms.timedAck
const minute = 60_000

/** Acknowledges for a time of the operator's choice instead of the server's. */
export function TimedAckForm({ row }: { row: IncidentRow }) {
  const session = useSession()
  const close = useCloseForm()
  const field = useRef<HTMLInputElement>(null)
  const acknowledge = (forMs: number | null): void =>
    session.perform({ kind: 'acknowledge', incidentId: row.id, forMs })
  const choose = (forMs: number | null) => () => {
    acknowledge(forMs)
    close()
  }
  const choices = [
    { keys: '1', label: words.presets.quarter, take: choose(15 * minute) },
    { keys: '2', label: words.presets.hour, take: choose(60 * minute) },
    { keys: '3', label: words.presets.fourHours, take: choose(240 * minute) },
    { keys: '4', label: words.presets.shift, take: choose(720 * minute) },
    { keys: '0', label: words.forever, take: choose(null) },
  ]
  return (
    <ActionForm
      heading={texts.forms.heading.timedAck}
      hint={texts.forms.hintDigits}
      send={words.send}
      onPlainKey={(key) => takeChoice(choices, key)}
      onSend={() => {
        const forMs = Math.round(Number(field.current?.value) * minute)
        if (!(forMs >= minute && forMs <= longestAckMs)) return words.error
        acknowledge(forMs)
        return null
      }}
    >
      <Choices choices={choices} />
      <label className="labelled">
        <span>{words.minutes}</span>
        <input ref={field} inputMode="numeric" size={6} defaultValue="30" />
      </label>
      <p className="form-note">{words.note}</p>
    </ActionForm>
  )
}
