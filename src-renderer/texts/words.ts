import { incidentIdOf, type CommandBody, type CommandKind } from '../../src-shared/domain/command.ts'
import type { Severity } from '../../src-shared/domain/severity.ts'
import { formatCount } from '../state/format.ts'

/** Words that several parts of the screen say. */

export function several(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** What a server says, as a sentence of its own. */
export function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`
}

/** `Note #42`, `Note the incident` where its number is not known; `Edit service`, which belongs to no incident. */
export function deed(body: CommandBody, number: number | null): string {
  const verb = actions[body.kind]
  if (incidentIdOf(body) === null) return verb
  return `${verb} ${number === null ? 'the incident' : `#${number}`}`
}

export const severity = {
  critical: 'Critical',
  error: 'Error',
  warning: 'Warning',
  info: 'Info',
} as const satisfies Record<Severity, string>

export const actions = {
  acknowledge: 'Acknowledge',
  unacknowledge: 'Unacknowledge',
  snooze: 'Snooze',
  resolve: 'Resolve',
  reopen: 'Reopen',
  note: 'Note',
  summarise: 'Summary',
  assign: 'Assign',
  prioritise: 'Priority',
  followUp: 'Follow-up',
  addTicket: 'Ticket',
  removeTicket: 'Remove ticket',
  setCause: 'Cause',
  merge: 'Merge',
  split: 'Split',
  writeShift: 'Shift log',
  planMaintenance: 'Maintenance',
  endMaintenance: 'End maintenance',
  editService: 'Edit service',
} as const satisfies Record<CommandKind, string>
