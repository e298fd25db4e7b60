import type { IncidentChange } from '../../src-shared/domain/incident.ts'

/** A timeline's line, in parts: who did it stands between `what` and `detail`. */
export interface ChangeWords {
  what: string
  detail: string | null
  /** A person's own words. */
  quote: string | null
}

/** What a change did, in words. `when` writes an instant as the operator reads it: the wire has it in UTC. */
export function changeWords(change: IncidentChange, when: (at: number) => string): ChangeWords {
  const { kind, text } = change
  const line = (what: string, detail: string | null = text): ChangeWords => ({ what, detail, quote: null })
  switch (kind) {
    case 'noted':
      return { what: 'Noted', detail: null, quote: text }
    case 'snoozed':
      return line('Snoozed', text === null ? null : `until ${instantWords(text, when)}`)
    case 'assigned':
      return text === null ? line('Assigned to nobody') : line(`Assigned to ${text}`, null)
    case 'prioritised':
      return line(`Priority set${text === null ? '' : ` to ${text}`}`, null)
    case 'followUpSet': {
      if (text === null) return line('Follow-up removed')
      const [at = '', ...words] = text.split(' ')
      return line(`Follow-up set for ${instantWords(at, when)}`, words.join(' ') || null)
    }
    case 'ticketAdded':
    case 'ticketRemoved':
      return line(`Ticket ${text ?? ''} ${kind === 'ticketAdded' ? 'added' : 'removed'}`, null)
    case 'causeSet':
      return text === null ? line('Cause taken back') : { what: 'Cause given', detail: null, quote: text }
    case 'merged':
    case 'mergedFrom':
    case 'splitOff':
    case 'splitFrom':
      return line(`${plain[kind]} ${text ?? ''}`.trim(), null)
    default:
      return line(plain[kind])
  }
}

const plain = {
  triggered: 'Opened',
  alertJoined: 'Alert joined',
  alertClosed: 'Alert closed',
  severityRaised: 'Severity raised',
  severityLowered: 'Severity lowered',
  acknowledged: 'Acknowledged',
  unacknowledged: 'Unacknowledged',
  resolved: 'Resolved',
  reopened: 'Reopened',
  ackExpired: 'Acknowledgement ran out',
  snoozeEnded: 'Snooze ended',
  followUpDue: 'Follow-up is due',
  merged: 'Merged into',
  mergedFrom: 'Took in',
  splitOff: 'Alerts split off into',
  splitFrom: 'Split from',
} as const

/** An instant as the wire writes it; what is none stays as it is. */
function instantWords(text: string, when: (at: number) => string): string {
  const at = Date.parse(text)
  return Number.isNaN(at) ? text : when(at)
}
