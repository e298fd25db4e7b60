import type { IncidentDetail, IncidentRow } from '../../../src-shared/console-views.ts'
import { useDetail } from '../../hooks/use-session.ts'
import { canOpenForm, type FormName } from '../../state/forms.ts'
import { AssignForm } from './assign-form.tsx'
import { CauseForm } from './cause-form.tsx'
import { FollowUpForm } from './follow-up-form.tsx'
import { MergeForm } from './merge-form.tsx'
import { NoteForm } from './note-form.tsx'
import { PriorityForm } from './priority-form.tsx'
import { ServiceForm } from './service-form.tsx'
import { SnoozeForm } from './snooze-form.tsx'
import { SplitForm } from './split-form.tsx'
import { TicketForm } from './ticket-form.tsx'
import { TimedAckForm } from './timed-ack-form.tsx'

/** The form that is open, while it makes sense for the incident. */
export function OpenForm({ row }: { row: IncidentRow }) {
  const form = useDetail((state) => state.form)
  const detail = useDetail((state) => state.detail)
  if (form === null || !canOpenForm(form, row)) return null
  return <FormOf key={`${form} ${row.id}`} form={form} row={row} detail={detail} />
}

interface FormOfProps {
  form: FormName
  row: IncidentRow
  /** Null while it is on its way: a form that needs it waits. */
  detail: IncidentDetail | null
}

function FormOf({ form, row, detail }: FormOfProps) {
  switch (form) {
    case 'note':
      return <NoteForm row={row} />
    case 'snooze':
      return <SnoozeForm row={row} />
    case 'timedAck':
      return <TimedAckForm row={row} />
    case 'assign':
      return <AssignForm row={row} />
    case 'priority':
      return <PriorityForm row={row} />
    case 'merge':
      return <MergeForm row={row} />
    case 'followUp':
      return detail && <FollowUpForm detail={detail} />
    case 'ticket':
      return detail && <TicketForm detail={detail} />
    case 'cause':
      return detail && <CauseForm detail={detail} />
    case 'split':
      return detail && <SplitForm detail={detail} />
    case 'service':
      return detail && <ServiceForm detail={detail} />
  }
}
