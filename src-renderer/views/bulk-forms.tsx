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
  const place = useRef<HTMLDivElement>(null)
  const me = useBoard(({ sites }) => sites.find(({ operator }) => operator !== null)?.operator?.name)
  useEffect(() => place.current?.querySelector<HTMLElement>('button, input')?.focus(), [])

  function act(action: BulkAction): void {
    bulk.act(action)
    returnFocus()
  }

  const choices = choicesOf(form)
  const line = lineOf(form)

  function lineOf(of: BulkForm): LineProps | null {
    const { name, note, ticket, removedTicket, cause } = texts.bulk
    switch (of) {
      case 'assign':
        return {
          label: name,
          longest: 200,
          send: texts.forms.assign.send,
          onSend: (assignee) => act({ kind: 'assign', assignee }),
        }
      case 'note':
        return {
          label: note,
          longest: 8_192,
          send: texts.incident.send,
          onSend: (text) => act({ kind: 'note', text }),
        }
      case 'addTicket':
        return {
          label: ticket,
          longest: 100,
          send: texts.forms.ticket.send,
          onSend: (key) => act({ kind: 'addTicket', key }),
        }
      case 'removeTicket':
        return {
          label: removedTicket,
          longest: 100,
          send: texts.forms.remove,
          onSend: (key) => act({ kind: 'removeTicket', key }),
        }
      case 'setCause':
        return {
          label: cause,
          longest: 2_000,
          send: texts.actions.setCause,
          onSend: (text) => act({ kind: 'setCause', cause: text }),
        }
      default:
        return null
    }
  }

  function choicesOf(of: BulkForm): Choice[] {
    switch (of) {
      case 'timedAck': {
        const { presets, forever } = texts.forms.timedAck
        const forMs = (ms: number | null) => () => act({ kind: 'acknowledge', forMs: ms })
        return [
          { keys: '1', label: presets.quarter, take: forMs(15 * minute) },
          { keys: '2', label: presets.hour, take: forMs(60 * minute) },
          { keys: '3', label: presets.fourHours, take: forMs(240 * minute) },
          { keys: '4', label: presets.shift, take: forMs(720 * minute) },
          { keys: '0', label: forever, take: forMs(null) },
        ]
      }
      case 'snooze':
        return instants((until) => act({ kind: 'snooze', until }))
      case 'followUp':
        return [
          ...instants((at) => act({ kind: 'followUp', at })),
          { keys: '0', label: texts.forms.remove, take: () => act({ kind: 'followUp', at: null }) },
        ]
      case 'note':
      case 'addTicket':
      case 'removeTicket':
      case 'setCause':
        return []
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
    <div ref={place} className="bulk-form" onKeyDown={onKeyDown}>
      {choices.length > 0 && <Choices choices={choices} />}
      {line !== null && <Line {...line} />}
    </div>
  )
}

/** The instants that are asked for most. */
function instants(take: (at: number) => void): Choice[] {
  const { quarter, hour, fourHours } = texts.forms.snooze.presets
  const after = (minutes: number) => () => take(Date.now() + minutes * minute)
  return [
    { keys: '1', label: quarter, take: after(15) },
    { keys: '2', label: hour, take: after(60) },
    { keys: '3', label: fourHours, take: after(240) },
    {
      keys: '4',
      label: texts.forms.snooze.morning(formatDay(nextMorning(Date.now()))),
      take: () => take(nextMorning(Date.now())),
    },
  ]
}

interface LineProps {
  label: string
  longest: number
  send: string
  onSend: (text: string) => void
}

/** What is written instead of chosen. */
function Line({ label, longest, send, onSend }: LineProps) {
  const field = useRef<HTMLInputElement>(null)
  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    const text = field.current?.value.trim() ?? ''
    if (text !== '') onSend(text)
  }
  return (
    <form className="choices" onSubmit={onSubmit}>
      <input ref={field} aria-label={label} placeholder={label} maxLength={longest} />
      <button type="submit" className="button">
        {send}
      </button>
    </form>
  )
}
