import type { FilterAbout } from '../../src-shared/filter/filter.ts'
import { several } from './words.ts'

const one = { incidents: 'incident', events: 'event' } as const satisfies Record<FilterAbout, string>

/** The search in a server's whole log. */
export const logSearchTexts = {
  heading: 'Search the log',
  open: 'Search log',
  about: 'For',
  abouts: { incidents: 'Incidents', events: 'Events' } satisfies Record<FilterAbout, string>,
  label: 'What to search for',
  placeholder: { incidents: 'service:payments severity>=error "disk full"', events: 'key:"disk/orders-1"' },
  send: 'Search',
  hint: 'Enter searches; ↓ ↑ go through what was found, Enter leads to the incident, Esc closes',
  noSite: 'No server has been spoken to yet, so there is no log to search.',
  results: 'What was found',
  lead: 'The server searches its whole log, also for what this console no longer keeps. For example:',
  examples: {
    incidents: [
      { text: 'status:resolved service:pay* age<7d', what: 'resolved this week, of services that begin so' },
      { text: '"disk full" severity>=error', what: 'with these words in the title, error or worse' },
      { text: 'flaps>2 -label.env:staging', what: 'that came back again and again, not in staging' },
    ],
    events: [
      { text: 'key:"disk/orders-1"', what: 'all with this dedup key' },
      { text: 'service:payments effect:suppressed age<1d', what: 'what maintenance kept silent' },
      { text: 'source:zabbix action:resolve "link up"', what: 'what this source has cleared' },
    ],
  } satisfies Record<FilterAbout, { text: string; what: string }[]>,
  use: (text: string) => `Write ${text}`,
  everything: 'everything',
  searching: (site: string) => `${site} searches its log…`,
  soFar: (about: FilterAbout, count: number) => `${several(count, one[about])} so far, newest first`,
  inAll: (about: FilterAbout, count: number) => `${several(count, one[about])} in all, newest first`,
  more: 'More',
  moreSearching: 'Searching…',
  further: 'Look further back',
  again: 'Try again',
  nothing: (about: FilterAbout) => ({
    title: `No ${one[about]} fits`,
    hint: 'The whole log was looked through, as far back as the server keeps it.',
  }),
  nothingYet: (about: FilterAbout) => ({
    title: `No ${one[about]} so far`,
    hint: 'A part of the log was looked through, the newest. The rest of it was not.',
  }),
  cameNothing: 'The part that was looked through last holds no more. The log goes further back.',
  all: 'That is all: the whole log was looked through.',
  failed: 'Not searched.',
  failedMore: 'Not searched any further.',
  failedHint: 'What the log holds is not known.',
  alerts: (open: number, total: number) =>
    open === total || open === 0 ? several(total, 'alert') : `${several(total, 'alert')}, ${open} open`,
  /** Of a part of them the names are known. */
  services: (names: readonly string[], total: number) =>
    names.length === 0
      ? several(total, 'service')
      : [names.join(', '), ...(total > names.length ? [`+${total - names.length}`] : [])].join(' '),
  labels: 'Labels',
  resolvedAt: (clock: string) => `at ${clock}`,
  flaps: (count: number) => `reopened ${count}×`,
} as const
