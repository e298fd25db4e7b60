import { useEffect, useRef, type FormEvent, type KeyboardEvent } from 'react'
import { priorities } from '../../src-shared/domain/severity.ts'
import { returnFocus } from '../hooks/list-focus.ts'
import { useBoard, useSession } from '../hooks/use-session.ts'
import type { BulkAction } from '../state/bulk-plan.ts'
import type { BulkForm } from '../state/bulk-store.ts'
import { formatDay } from '../state/format.ts'
import { nextMorning } from '../state/time-fields.ts'
import { texts } from '../texts.ts'
import { Choices, takeChoice, type Choice } from './forms/action-form.tsx'

const minute = 60_000
/** As many incidents are offered to merge into. */
const targetsShown = 8

/** What is asked before it is done to all that are marked: one digit, or a name. */
export function BulkForms({ form }: { form: BulkForm }) {
  const { bulk } = useSession()
  const line = useRef<HTMLDivElement>(null)
  const me = useBoard(({ sites }) => sites.find(({ operator }) => operator !== null)?.operator?.name)
  useEffect(() => line.current?.querySelector('button')?.focus(), [])

  function act(action: BulkAction): void {
    bulk.act(action)
    returnFocus()
  }

  const choices = choicesOf(form)

  function choicesOf(of: BulkForm): Choice[] {
    switch (of) {
      case 'snooze': {
        const { quarter, hour, fourHours } = texts.forms.snooze.presets
        const after = (minutes: number) => () => act({ kind: 'snooze', until: Date.now() + minutes * minute })
        return [
          { keys: '1', label: quarter, take: after(15) },
          { keys: '2', label: hour, take: after(60) },
          { keys: '3', label: fourHours, take: after(240) },
          {
            keys: '4',
            label: texts.forms.snooze.morning(formatDay(nextMorning(Date.now()))),
            take: () => act({ kind: 'snooze', until: nextMorning(Date.now()) }),
          },
        ]
      }
      case 'assign':
        return [
          ...(me === undefined
            ? []
            : [
                {
                  keys: '1',
                  label: texts.forms.assign.me,
                  take: () => act({ kind: 'assign', assignee: me }),
                },
              ]),
          {
            keys: '0',
            label: texts.forms.assign.nobody,
            take: () => act({ kind: 'assign', assignee: null }),
          },
        ]
      case 'prioritise':
        return [
          ...priorities.map((priority, index) => ({
            keys: String(index + 1),
            label: priority,
            take: () => act({ kind: 'prioritise', priority }),
          })),
          {
            keys: '0',
            label: texts.forms.priority.followEach,
            take: () => act({ kind: 'prioritise', priority: null }),
          },
        ]
      case 'merge':
        return bulk
          .rows()
          .filter(({ status }) => status !== 'resolved')
          .slice(0, targetsShown)
          .map((into, index) => ({
            keys: String(index + 1),
            label: texts.bulk.mergeInto(into.number),
            take: () => act({ kind: 'merge', into }),
          }))
    }
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target instanceof HTMLInputElement || !takeChoice(choices, event.key)) return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    // Digits only press the buttons in it.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={line} className="bulk-form" onKeyDown={onKeyDown}>
      <Choices choices={choices} />
      {form === 'assign' && <ToName assign={(assignee) => act({ kind: 'assign', assignee })} />}
    </div>
  )
}

function ToName({ assign }: { assign: (name: string) => void }) {
  const field = useRef<HTMLInputElement>(null)
  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    const name = field.current?.value.trim() ?? ''
    if (name !== '') assign(name)
  }
  return (
    <form className="choices" onSubmit={onSubmit}>
      <input ref={field} aria-label={texts.bulk.name} placeholder={texts.bulk.name} maxLength={200} />
      <button type="submit" className="button">
        {texts.forms.assign.send}
      </button>
    </form>
  )
}
