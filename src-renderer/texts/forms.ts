import type { FormName } from '../state/forms.ts'

/** What the forms of the pane say. */
export const formsTexts = {
  heading: {
    note: 'Note',
    snooze: 'Snooze',
    assign: 'Assign',
    priority: 'Priority',
    followUp: 'Follow-up',
    ticket: 'Tickets',
    cause: 'Cause',
    merge: 'Merge into another incident',
    split: 'Split alerts off',
    timedAck: 'Acknowledge for a time',
    service: 'Service',
  } satisfies Record<FormName, string>,
  /** On the button that opens the form. */
  open: {
    note: 'Note',
    snooze: 'Snooze',
    assign: 'Assign',
    priority: 'Priority',
    followUp: 'Follow-up',
    ticket: 'Tickets',
    cause: 'Cause',
    merge: 'Merge',
    split: 'Split',
    timedAck: 'Acknowledge for…',
    service: 'Service',
  } satisfies Record<FormName, string>,
  hint: 'Enter sends, Esc closes',
  hintDigits: 'a digit chooses, Esc closes',
  cancel: 'Cancel',
  save: 'Save',
  remove: 'Remove',

  time: {
    hint: '14:30 · +2h · tomorrow 08:00',
    understood: (clock: string, age: string | null) =>
      age === null ? `${clock}, which has passed` : `${clock}, in ${age}`,
    error: 'Write a time as 14:30, +2h, tomorrow 08:00 or 2026-12-01 14:30.',
    passed: 'Choose a time that has not passed.',
  },

  snooze: {
    presets: { quarter: '15 min', hour: '1 h', fourHours: '4 h' },
    morning: (day: string) => `until 08:00, ${day}`,
    until: 'Until',
    send: 'Snooze',
  },
  timedAck: {
    presets: { quarter: '15 min', hour: '1 h', fourHours: '4 h', shift: '12 h' },
    forever: 'without end',
    minutes: 'Minutes',
    send: 'Acknowledge',
    error: 'From 1 minute to 7 days (10,080 minutes).',
    note: 'Then it is triggered again, unless somebody has worked on it meanwhile.',
  },
  assign: {
    me: 'To me',
    nobody: 'To nobody',
    name: 'To',
    placeholder: 'a name',
    send: 'Assign',
    error: 'A name is needed, at most 200 characters.',
  },
  priority: {
    follow: (priority: string, by: { rule: string } | null) =>
      by === null ? `follow severity (${priority})` : `follow the rule ${by.rule} (${priority})`,
    followEach: 'follow rule or severity',
    now: 'now',
  },
  followUp: {
    at: 'Look again at',
    text: 'Why',
    placeholder: 'vendor calls back',
    send: 'Set follow-up',
  },
  ticket: {
    key: 'Ticket',
    keyPlaceholder: 'NET-1234',
    url: 'Address',
    urlPlaceholder: 'https://tickets.example/NET-1234',
    send: 'Add ticket',
    keyError: 'A key is needed, at most 100 characters.',
    urlError: 'An address starts with http:// or https://.',
    removeOne: (key: string) => `Remove ticket ${key}`,
  },
  cause: {
    label: 'What it was',
    hint: 'Enter sends, Shift+Enter makes a new line, Esc closes; empty takes it back',
    send: 'Save cause',
  },
  merge: {
    label: 'Incident',
    placeholder: 'its number, or words of its title',
    hint: 'Enter takes the first, ↓ goes to the list, Esc closes',
    none: 'No unresolved incident of this site fits.',
    candidates: 'Unresolved incidents',
    note: (number: number) => `All alerts of #${number} go there, and #${number} is over.`,
  },
  service: {
    heading: (name: string) => `Service ${name}`,
    service: 'Service',
    team: 'Team',
    runbook: 'Runbook',
    labels: 'Labels',
  },
  split: {
    legend: 'Alerts that become an incident of their own',
    send: (count: number) => (count === 1 ? 'Split off 1 alert' : `Split off ${count} alerts`),
    none: 'Choose at least one alert.',
    all: 'Leave at least one alert in this incident.',
  },
} as const

/** What the head says of the incident beside its state. */
export const factsTexts = {
  label: 'Facts',
  assignee: 'with',
  ackBy: 'acknowledged by',
  priorityBy: (priority: string, name: string) => `${priority} set by ${name}`,
  priorityByRule: (priority: string, rule: string) => `${priority} by the rule ${rule}`,
  snoozed: 'Snoozed until',
  ackExpires: 'Acknowledgement runs out at',
  followUp: 'Follow-up',
  followUpDue: 'Follow-up due since',
  tickets: 'Tickets',
  cause: 'Cause',
  merged: 'Merged into',
  flapping: (times: number, isNow: boolean) =>
    `${isNow ? 'Flapping: reopened' : 'Reopened'} ${times === 1 ? 'once' : `${times} times`}`,
} as const
