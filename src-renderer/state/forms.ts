import type { IncidentRow } from '../../src-shared/console-views.ts'

/** The forms of the incident's pane; one is open at a time. */
export const formNames = [
  'snooze',
  'assign',
  'note',
  'priority',
  'followUp',
  'ticket',
  'merge',
  'split',
  'cause',
  'timedAck',
  'service',
] as const
export type FormName = (typeof formNames)[number]

/** The key that opens each. */
export const formKeys = {
  snooze: 's',
  assign: 'o',
  note: 'n',
  priority: 'p',
  followUp: 'f',
  ticket: 't',
  merge: 'm',
  split: 'd',
  cause: 'c',
  timedAck: 'A',
  service: 'e',
} as const satisfies Record<FormName, string>

export function formOfKey(key: string): FormName | null {
  return formNames.find((name) => formKeys[name] === key) ?? null
}

/** Whether a form makes sense for an incident as it is; the server would refuse what it asks for otherwise. */
export function canOpenForm(form: FormName, row: Pick<IncidentRow, 'status' | 'alertCount'>): boolean {
  switch (form) {
    case 'note':
    case 'ticket':
    case 'followUp':
    case 'service':
      return true
    case 'cause':
      return row.status === 'resolved'
    case 'timedAck':
      return row.status === 'triggered'
    case 'split':
      return row.status !== 'resolved' && row.alertCount > 1
    case 'snooze':
    case 'assign':
    case 'priority':
    case 'merge':
      return row.status !== 'resolved'
  }
}
