import { formatCount } from '../state/format.ts'
import type { Priority } from '../../src-shared/domain/severity.ts'
import { several } from './words.ts'

/** Trying correlation rules. */
export const rulesTexts = {
  heading: 'Try correlation rules',
  open: 'Try rules',
  noSite: 'No server has been spoken to yet, so there is nothing to try rules on.',
  lead: 'The server says what these rules, before its built-in ones, would have made of what came. Trying changes nothing: no incident, and not its rules.',
  force:
    'Rules are put into force at the server: its administrator names their file with --rules and starts it anew (docs/OPERATIONS.md, “Correlation rules”).',
  rules: 'Rules, as JSON',
  example: {
    text: `[
  {
    "name": "service",
    "reason": "same service {service}",
    "groupBy": ["service"],
    "withinMs": 600000
  },
  {
    "name": "income",
    "match": [
      { "field": "service", "anyOf": ["pay*", "checkout"] }
    ],
    "priority": "P1"
  }
]
`,
    what: 'The example: alerts of one service within ten minutes are one incident; what concerns payments or the checkout is P1.',
    back: 'Begin with the example',
  },
  hours: 'Of the last',
  hoursOf: (hours: number) => several(hours, 'hour'),
  send: 'Try',
  hint: 'Ctrl+Enter tries, Esc closes',
  trying: (site: string) => `${site} goes through its log…`,
  results: 'What the rules would have made',
  nothingYet: 'What they would have made appears here.',
  earlier: 'What follows is of an earlier trial.',
  failed: 'Not tried.',
  again: 'Try again',
  stretch: (from: string, to: string) => `${from} to ${to}`,
  cut: 'More came in these hours than is looked at: this is the newest part of it.',
  alerts: (alerts: number) => `from ${several(alerts, 'alert')}`,
  suppressed: (count: number) =>
    `${several(count, 'alert')} suppressed by maintenance: those that were still open at its end are counted here as well.`,
  none: 'They would have made no incident.',
  largest: (shown: number, total: number) =>
    shown === total
      ? 'Incidents, the largest first'
      : `The ${formatCount(shown)} largest of ${formatCount(total)} incidents`,
  priority: (priority: Priority, rule: string | null) =>
    rule === null ? `${priority}, as its severity has it` : `${priority} by the rule ${rule}`,
  events: (count: number) => several(count, 'event'),
  alertCount: (count: number) => several(count, 'alert'),
  flaps: (count: number) => `reopened ${formatCount(count)}×`,
  moreServices: (count: number) => `and ${formatCount(count)} more`,
  services: 'Services:',
  reasonAlerts: (count: number) => `${several(count, 'alert')}:`,
  byRule: (rule: string) => `rule ${rule}`,
  chattering: 'Keys that chatter: an alert opened three times a minute or more',
  times: (count: number) => `${formatCount(count)}×`,
  place: (line: number, column: number, message: string) => `Line ${line}, column ${column}: ${message}.`,
  field: (rule: number, name: string | null, field: string, message: string) =>
    `Rule ${rule}${name === null ? '' : ` (${name})`}${field === '' ? '' : `, ${field}`}: ${message}.`,
  whole: (message: string) => `The rules as a whole: ${message}.`,
  more: (count: number) => ` And ${several(count, 'more mistake', 'more mistakes')}.`,
  tooLong: 'the console can send 60 KB of rules to be tried, and these are longer',
} as const
