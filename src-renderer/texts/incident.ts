import type { NotifyDecision } from '../../src-shared/console-views.ts'
import type { EventAction, EventEffect } from '../../src-shared/domain/event.ts'
import type { SummaryClaim } from '../../src-shared/domain/summary.ts'
import { formatCount } from '../state/format.ts'
import { several } from './words.ts'

/** What the pane says of the incident. */

export const incidentTexts = {
  label: 'Incident',
  details: 'Incident details',
  none: 'No incident selected',
  noneHint: 'Choose one with j and k, or click a row.',
  unknown: 'This incident is not known here.',
  loading: 'Reading the incident',
  openFor: 'open',
  resolvedAfter: 'resolved after',
  services: 'services',
  service: 'service',
  alerts: 'alerts',
  alertsOpen: (open: number, total: number) => (open === total ? `${total}` : `${open} open of ${total}`),
  events: 'events',
  team: 'team',
  runbook: 'Runbook',
  actions: 'Actions',
  settling: (clock: string) => `All alerts are closed; it resolves itself at ${clock}.`,
  more: 'More',
  noteLabel: 'Note',
  noteHint: 'Enter sends, Shift+Enter makes a new line, Esc closes',
  noteError: 'A note needs a text.',
  notePlaceholder: 'What should the next person know?',
  send: 'Add note',
} as const

export const summaryTexts = {
  heading: 'Summary',
  newer: (count: number) => `${several(count, 'event')} newer`,
  builtIn: 'built-in',
  none: 'No summary yet. One is written when the incident has settled.',
  inProgress: 'Writing…',
  request: 'Write one now',
  renew: 'Write anew',
  requested: 'Asked for',
  cite: (number: number) => `Event ${number}`,
  citeMissing: (number: number) => `Event ${number}, older than the timeline shown`,
  uncited: 'not backed by an event',
  sections: {
    happening: 'What is happening',
    since: 'Since when',
    affected: 'Affected',
    done: 'Done so far',
    before: 'Just before',
    next: 'Look at next',
  } satisfies Record<SummaryClaim['section'], string>,
} as const

export const alertsTexts = {
  heading: 'Alerts',
  open: 'open',
  closed: 'closed',
  /** Before the severity and the time. */
  milder: 'reports at most',
  milderFrom: 'which counts from',
  count: (count: number) => `×${formatCount(count)}`,
  more: (count: number) => `Show ${formatCount(count)} more`,
  notShown: (count: number) => `${formatCount(count)} more are not shown here.`,
} as const

export const whyTexts = {
  heading: 'Why you see this',
  grouped: 'Grouped',
  notified: 'Notified',
  notNotified: 'Not notified',
  occasion: {
    triggered: 'on opening',
    reopened: 'on reopening',
    flapping: 'on flapping',
    raised: 'on rising severity',
    spread: 'on another service joining',
    unacknowledged: 'on losing its owner',
    snoozeEnded: 'on the end of its snooze',
    ackExpired: 'on its acknowledgement running out',
    followUpDue: 'on its follow-up',
    summary: 'on its summary',
  } satisfies Record<NotifyDecision['occasion'], string>,
} as const

export const timelineTexts = {
  heading: 'Timeline',
  shown: (shown: number, total: number) =>
    shown === total ? several(total, 'entry', 'entries') : `${formatCount(shown)} of ${formatCount(total)}`,
  incomplete: 'Older entries are not known here yet.',
  summaryCompleted: 'Summary completed',
  summaryBy: (provider: string, tookMs: number) => `${provider}, ${formatCount(tookMs)} ms`,
  by: (name: string) => `by ${name}`,
  fromConsole: (clientId: string) => `from console …${clientId.slice(-4)}`,
  action: {
    trigger: 'fires',
    acknowledge: 'acknowledged at its source',
    resolve: 'clears',
  } satisfies Record<EventAction, string>,
  effect: {
    opened: 'opened the incident',
    joined: 'joined',
    reopened: 'reopened it',
    counted: 'again',
    raised: 'raised severity',
    acknowledged: 'acknowledged it',
    resolved: 'closed its alert',
    suppressed: 'suppressed by maintenance',
    none: 'no effect',
  } satisfies Record<EventEffect, string>,
} as const
