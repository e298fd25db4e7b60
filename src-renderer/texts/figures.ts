import type { IncidentCounts } from '../../src-shared/figures/figures.ts'
import type { TargetedFigure } from '../../src-shared/figures/health-targets.ts'
import type { FiguresRange, FiguresState } from '../state/figures-store.ts'
import { formatCount } from '../state/format.ts'
import { several } from './words.ts'

/** How quickly people answer, and how healthy the alarms are. */
export const figuresTexts = {
  heading: 'Figures',
  open: 'Figures',
  position: 'Services',
  everything: 'All services',
  range: 'Time',
  ranges: {
    day: 'Last 24 hours',
    week: 'Last 7 days',
    month: 'Last 30 days',
  } satisfies Record<FiguresRange, string>,
  read: 'Read anew',
  activity: {
    counting: 'The server is counting…',
    afterOwn: 'The server still counts what was chosen before; this comes next…',
    afterOther: 'Another count is going on; waiting…',
  } satisfies Record<NonNullable<FiguresState['activity']>, string>,
  failed: (message: string) => `There are no figures: ${message}.`,
  old: (clock: string) => `Shown are those as of ${clock}.`,
  noSite: 'No server has been spoken to yet.',
  asOf: (from: string, to: string, team: string | null) =>
    `From ${from} to ${to}, by the server’s clock${team === null ? '' : `, of the services of ${team}`}.`,
  cut: (from: string) =>
    `The log was read from ${from} on: there is more than is counted at once, or older entries are no longer kept.`,
  body: 'Figures',
  offenders: (count: number) => several(count, 'offender'),
  noOffenders: 'none',
  untitled: '(no title)',

  response: {
    heading: 'Answering',
    columns: {
      figure: 'From triggered to',
      mean: 'Mean',
      half: 'Half within',
      most: 'Nine of ten',
      of: 'Count',
    },
    acknowledged: 'first acknowledged (MTTA)',
    resolved: 'resolved (MTTR)',
    none: '–',
  },

  health: {
    heading: 'Alarm health',
    columns: { figure: 'Figure', value: 'Value', target: 'Should be', verdict: 'Is it' },
    names: {
      per10Minutes: 'Alarms in 10 minutes, on average',
      floodShare: 'Time in flood (over 10 in 10 minutes)',
      staleOnWorstDay: 'Standing over 24 hours, worst day',
      chatteringKeys: 'Chattering keys (3 in a minute)',
      fleeting: 'Fleeting (gone within a minute)',
      loudestShare: 'Share of the ten loudest keys',
      highPriorityShare: 'Share of P1 and P2',
    } satisfies Record<TargetedFigure, string>,
    annunciated: 'Alarms',
    byPriority: 'By priority',
    damped: 'Damped: came and went, announced to nobody',
    priorities: ({ low, medium, high }: { low: number; medium: number; high: number }) =>
      `P1, P2: ${formatCount(high)} · P3: ${formatCount(medium)} · P4, P5: ${formatCount(low)}`,
    verdict: { good: 'good', missed: 'too high', unjudged: 'too few to say' },
    upTo: (target: string) => `up to ${target}`,
    below: (target: string) => `below ${target}`,
    none: 'none',
    busiest: (clock: string, alarms: number) => `${clock}: ${several(alarms, 'alarm')} in ten minutes`,
    flood: (from: string, to: string, alarms: number, peak: number) =>
      `${from} to ${to}: ${several(alarms, 'alarm')}, at most ${formatCount(peak)} in ten minutes`,
    standing: (since: string, until: string | null) =>
      until === null ? `since ${since}, still standing` : `from ${since} to ${until}`,
    times: (times: number) => (times === 1 ? 'once' : `${formatCount(times)} times`),
    findEvents: 'Search the log for its events',
  },

  incidents: {
    heading: 'Incidents',
    names: {
      triggered: 'Triggered',
      splitOff: 'Split off',
      reopened: 'Reopened after resolved',
      acknowledged: 'Acknowledgements',
      ackExpired: 'Acknowledgements that ran out',
      resolved: 'Resolved',
      resolvedUnseen: 'Resolved, never acknowledged',
      takenBack: 'Resolutions taken back at once',
      merged: 'Merged into another',
    } satisfies Record<keyof IncidentCounts, string>,
  },

  events: {
    heading: 'Events',
    total: 'Events',
    perMinute: 'In a minute, on average',
    peak: (clock: string) => `Busiest minute (${clock})`,
    noPeak: 'Busiest minute',
    bySeverity: 'By severity',
    byAction: 'By action',
    byEffect: 'By effect',
    sources: 'Loudest sources',
    services: 'Loudest services',
  },
} as const
