import { useState } from 'react'
import type { IncidentRow } from '../../../src-shared/console-views.ts'
import { TimeField } from '../../components/time-field.tsx'
import { useNow, useSession } from '../../hooks/use-session.ts'
import { formatDay } from '../../state/format.ts'
import { laterBy, nextMorning, readTime, toTimeField } from '../../state/time-fields.ts'
import { texts } from '../../texts.ts'
import { ActionForm, Choices, takeChoice, useCloseForm } from './action-form.tsx'

const words = texts.forms.snooze
const minute = 60_000
const presets = { quarter: 15 * minute, hour: 60 * minute, fourHours: 240 * minute } as const

/** Puts the incident aside for a while: a preset with one key, or any time. */
export function SnoozeForm({ row }: { row: IncidentRow }) {
  const session = useSession()
  const close = useCloseForm()
  const [text, setText] = useState(() => toTimeField(laterBy(Date.now(), presets.hour * 8)))
  const morning = useNow(nextMorning)
  const snooze = (until: number): void => session.perform({ kind: 'snooze', incidentId: row.id, until })
  function take(until: number): void {
    snooze(until)
    close()
  }
  const takeFor = (ms: number) => () => take(Date.now() + ms)
  const choices = [
    { keys: '1', label: words.presets.quarter, take: takeFor(presets.quarter) },
    { keys: '2', label: words.presets.hour, take: takeFor(presets.hour) },
    { keys: '3', label: words.presets.fourHours, take: takeFor(presets.fourHours) },
    { keys: '4', label: words.morning(formatDay(morning)), take: () => take(morning) },
  ]
  return (
    <ActionForm
      heading={texts.forms.heading.snooze}
      hint={texts.forms.hintDigits}
      send={words.send}
      onPlainKey={(key) => takeChoice(choices, key)}
      onSend={() => {
        const until = readTime(text, Date.now())
        if (until === null) return texts.forms.time.error
        if (until <= Date.now()) return texts.forms.time.passed
        snooze(until)
        return null
      }}
    >
      <Choices choices={choices} />
      <TimeField label={words.until} value={text} set={setText} />
    </ActionForm>
  )
}
