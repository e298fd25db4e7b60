import type { PendingAction } from '../../src-shared/console-views.ts'
import { formatCount, formatDuration } from '../state/format.ts'
import { several } from './words.ts'

/** What the filter says. */
export const filterTexts = {
  label: 'Filter incidents',
  placeholder: 'service:payments severity>=error "disk full"',
  clear: 'Clear',
  suggestions: 'Suggestions',
  instead: (text: string) => `Write ${text} instead`,
  kind: { field: 'field', operator: 'operator', value: 'value' },
  noMatch: {
    title: 'No incident here fits the filter',
    hint: 'Other tabs may have some; Esc in the filter clears it.',
  },
  noMatchKnown: (clock: string) => ({
    title: 'Nothing that is known here fits the filter',
    hint: `${clock === '' ? 'Nothing is known yet' : `Known as of ${clock}`}. This is not an all-clear.`,
  }),
} as const

/** What the panels beside the board have in common. */
export const panelTexts = {
  close: 'Close',
  site: 'Server',
  loading: 'Reading…',
  more: 'More ▾',
  moreLabel: 'From the server’s log',
  waiting: (state: PendingAction['state']) =>
    ({ waiting: 'waits to be sent', sent: 'sent, not answered yet', done: 'accepted, not read back yet' })[
      state
    ],
} as const

export const shiftTexts = {
  heading: 'Shift log',
  open: 'Shift log',
  label: 'New entry',
  placeholder: 'What does the next shift have to know that belongs to no incident?',
  hint: 'Enter writes it, Shift+Enter makes a new line, Esc closes',
  send: 'Write',
  error: 'An entry needs a text.',
  none: 'Nothing has been written yet.',
  entries: 'Entries, newest first',
} as const

export const maintenanceTexts = {
  heading: 'Maintenance',
  open: 'Maintenance',
  lead: 'While a window is on, alerts of what it covers are recorded and open no incident.',
  none: 'No window is planned.',
  group: { on: 'On now', coming: 'Coming', ended: 'Ended' },
  suppressed: (count: number) =>
    count === 0 ? 'suppresses nothing' : `suppresses ${several(count, 'alert')} now`,
  moreSuppressed: (count: number) => `and ${formatCount(count)} older`,
  by: (name: string) => `planned by ${name}`,
  endedBy: (name: string, clock: string) => `ended by ${name} at ${clock}`,
  plan: 'Plan a window',
  change: 'Change',
  changeOne: (title: string) => `Change ${title}`,
  end: 'End now',
  endOne: (title: string) => `End now: ${title}`,
  planHeading: 'Plan a window',
  changeHeading: 'Change a window',
  title: 'Title',
  titlePlaceholder: 'Storage firmware',
  services: 'Services',
  servicesPlaceholder: 'orders-db, ledger, pay*',
  labels: 'Labels',
  labelsPlaceholder: 'env=staging, rack=*',
  others: (words: string) => `And as before: ${words}`,
  kind: { label: 'When', once: 'Once', weekly: 'Every week' },
  from: 'From',
  to: 'To',
  weekdays: 'Days',
  days: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
  time: 'At',
  minutes: 'Minutes',
  timeZone: 'Time zone',
  send: 'Plan it',
  save: 'Save',
  cancel: 'Cancel',
  pending: { planMaintenance: 'Planned here', endMaintenance: 'Ended here' },
  weekly: (days: string, time: string, minutes: number, zone: string) =>
    `${days} at ${time} for ${formatDuration(minutes * 60_000)} (${zone})`,
  errors: {
    title: 'A title is needed, at most 200 characters.',
    match: 'Say what it covers: a service or a label at least.',
    label: (text: string) => `${text} is no label: write name=value.`,
    unread: 'Write both times as 14:30, +2h, tomorrow 08:00 or 2026-12-01 14:30.',
    times: 'It has to begin before it ends.',
    past: 'It would be over already.',
    days: 'Choose a day at least.',
    never: (end: string) =>
      `It ends on ${end}, before the next of these days begins: choose others, or plan a new one.`,
    time: 'Write a time of day, as 02:30.',
    minutes: `From 1 to ${formatCount(6 * 1_440)} minutes.`,
    timeZone: (zone: string) => `${zone} is no time zone that is known here: write it as Europe/Berlin.`,
  },
} as const
