import { useState } from 'react'
import type { IncidentRow } from '../../../src-shared/console-views.ts'
import { priorities, usualPriority, type Priority } from '../../../src-shared/domain/severity.ts'
import { useSession } from '../../hooks/use-session.ts'
import { texts } from '../../texts.ts'
import { ActionForm, Choices, takeChoice, useCloseForm } from './action-form.tsx'

const words = texts.forms.priority

/** The organisation's rank: set by hand, or following the rule or the severity again. */
export function PriorityForm({ row }: { row: IncidentRow }) {
  const session = useSession()
  const close = useCloseForm()
  const [seen] = useState(row.priority)
  const choose = (priority: Priority | null) => () => {
    session.perform({ kind: 'prioritise', incidentId: row.id, priority, seen })
    close()
  }
  const choices = [
    ...priorities.map((priority, index) => ({
      keys: String(index + 1),
      label: priority === seen ? `${priority} (${words.now})` : priority,
      take: choose(priority),
    })),
    { keys: '0', label: words.follow(usualPriority(row), row.rulePriority), take: choose(null) },
  ]
  return (
    <ActionForm
      heading={texts.forms.heading.priority}
      hint={texts.forms.hintDigits}
      onPlainKey={(key) => takeChoice(choices, key)}
      onSend={() => null}
    >
      <Choices choices={choices} />
    </ActionForm>
  )
}
