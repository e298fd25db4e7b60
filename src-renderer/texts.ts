import type { CommandBody } from '../src-shared/domain/command.ts'
import type { IncidentStatus } from '../src-shared/domain/incident.ts'
import type { Severity } from '../src-shared/domain/severity.ts'
import type { AwayAccount, Freshness, PendingAction, SettledAction } from '../src-shared/console-views.ts'
import type { AwayView } from './state/away-store.ts'
import { formatCount, formatDuration } from './state/format.ts'
import type { Tab } from './state/list-order.ts'
import { bulkTexts } from './texts/bulk.ts'
import { figuresTexts } from './texts/figures.ts'
import { factsTexts, formsTexts } from './texts/forms.ts'
import { alertsTexts, incidentTexts, summaryTexts, timelineTexts, whyTexts } from './texts/incident.ts'
import { logSearchTexts } from './texts/log-search.ts'
import { filterTexts, maintenanceTexts, panelTexts, shiftTexts } from './texts/panels.ts'
import { rulesTexts } from './texts/rules.ts'
import { actions, deed, sentence, several, severity } from './texts/words.ts'

/** Every text of the screen, in one place. What comes from servers and monitoring is not in here. */

const freshnessWord = {
  connecting: 'Connecting',
  live: 'Live',
  stale: 'Stale',
  blind: 'Blind',
} as const satisfies Record<Freshness['state'], string>

function howPending(state: PendingAction['state'], isLive: boolean): string {
  if (state === 'sent') return 'sent, not answered yet'
  if (state === 'waiting') return isLive ? 'waits its turn' : 'waits for a connection'
  return isLive ? 'accepted, on its way back' : 'accepted, shown once the connection is back'
}

function caughtUp(changes: number, isAll = true): string {
  if (!isAll) return changes === 0 ? 'nothing caught up' : `${several(changes, 'change')} caught up`
  return changes === 0 ? 'nothing happened' : `${several(changes, 'change')} caught up, none lost`
}

export const texts = {
  product: 'Watchfloor',
  title: (triggered: number, state: Freshness['state']) =>
    `${state === 'live' ? '' : `${freshnessWord[state].toUpperCase()} · `}${triggered > 0 ? `(${triggered}) ` : ''}Watchfloor`,

  severity,
  severityIn: (value: Severity) => severity[value].toLowerCase(),
  status: {
    triggered: 'triggered',
    acknowledged: 'acknowledged',
    resolved: 'resolved',
  } satisfies Record<IncidentStatus, string>,

  freshness: {
    word: freshnessWord,
    label: 'Freshness',
    livePolling: 'Live · polling',
    pollingHint: 'Followed by long polling, because WebSockets do not pass here',
    roundTrip: (ms: number) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`,
    sites: (count: number) => several(count, 'site'),
    since: (clock: string) => `since ${clock}`,
    shellGone: 'The console program does not answer',
    shellHint: 'If it was restarted, open the address that it printed.',
    nextIn: (seconds: string) => `next attempt in ${seconds}`,
    tryingNow: 'trying now',
    tryNow: 'Try now',
    behind: (count: number) => `${several(count, 'change')} still to come`,
    waiting: (count: number) => `${several(count, 'action')} pending`,
    asOf: (clock: string) => `as of ${clock}`,
    neverKnown: 'nothing is known yet',
  },

  sources: {
    all: (total: number) => `${several(total, 'source')} heard`,
    silent: (silent: number, total: number, clock: string) =>
      `${silent} of ${several(total, 'source')} silent since ${clock}`,
    silentEach: (clock: string) => `since ${clock} ·`,
    silentHeading: 'Silent sources',
    silentHint: 'What they watch may be failing unseen.',
  },

  away: {
    label: 'While you were away',
    line: ({ durationMs, changes, incomplete }: AwayView) =>
      `You were away ${formatDuration(durationMs)}: ${
        incomplete > 0 ? 'not everything could be caught up' : caughtUp(changes)
      }`,
    cause: {
      offline: 'no connection',
      asleep: 'the machine slept',
      notRunning: 'the console was not running',
    } satisfies Record<AwayAccount['cause'], string>,
    span: (from: string, to: string, cause: string) => `${from} to ${to} · ${cause}`,
    caughtUp: (account: AwayAccount) => `${caughtUp(account.changes, account.lost === null)}.`,
    incidents: ({ incidentsTriggered, incidentsResolved, incidentsChanged }: AwayAccount) => {
      const parts = [
        incidentsTriggered > 0 && several(incidentsTriggered, 'incident triggered', 'incidents triggered'),
        incidentsResolved > 0 && `${formatCount(incidentsResolved)} resolved`,
        incidentsChanged > 0 && `${formatCount(incidentsChanged)} changed otherwise`,
      ].filter((part) => part !== false)
      return parts.length === 0 ? 'No incident is otherwise than before.' : `${parts.join(' · ')}.`
    },
    lost: 'Not caught up',
    read: 'I have read it',
    dismiss: 'Dismiss the account of the absence',
  },

  proxy: {
    heading: (proxy: string) => `The proxy at ${proxy} asks for a login`,
    user: 'User name',
    password: 'Password',
    userError: 'A user name is needed.',
    tooLong: 'At most 256 characters for the name and 512 for the password.',
    send: 'Log in',
    sending: 'Logging in…',
    sent: (clock: string) => `Given to the proxy at ${clock}. If it goes on asking, it did not accept that.`,
    later: 'Later',
    open: 'Log in to the proxy',
  },

  operator: (name: string, role: string) => `Signed in as ${name}, ${role}`,
  /** Stands for a count that is not known, which is not zero. */
  unknownCount: '–',
  clock: 'Local time and UTC',

  tabs: {
    label: 'Incidents by status',
    needsMe: 'Needs me',
    acknowledged: 'Acknowledged',
    resolved: 'Resolved',
  } satisfies Record<Tab | 'label', string>,

  list: {
    label: 'Incidents',
    band: 'P1 incidents that need someone',
    waiting: (count: number) => `${formatCount(count)} new`,
    worst: (value: Severity) => `worst ${severity[value].toLowerCase()}`,
    letIn: 'Let them in',
    held: 'held still',
    byUrgency: 'by urgency',
    byResolved: 'newest first',
    gone: 'No longer on the board',
    limited: (shown: number, total: number) => `newest ${formatCount(shown)} of ${formatCount(total)}`,
    reopened: (times: number) => (times === 1 ? 'reopened' : `reopened ${times}×`),
    moreServices: (count: number) => `+${count}`,
    events: (count: number) => several(count, 'event'),
    assignee: (name: string) => `with ${name}`,
    snoozed: (clock: string) => `snoozed until ${clock}`,
    followUp: (clock: string) => `follow-up ${clock}`,
    followUpDue: 'follow-up due',
    columns: { service: 'Service', events: 'Events', age: 'Age' },
  },

  empty: {
    needsMe: {
      title: 'All quiet: nothing needs you',
      hint: 'New incidents appear here the moment they open.',
    },
    acknowledged: {
      title: 'Nobody is working on an incident',
      hint: 'What you or others acknowledge is listed here.',
    },
    resolved: { title: 'Nothing was resolved yet', hint: 'The newest resolved incidents are listed here.' },
    unknown: {
      title: 'Nothing is known yet',
      hint: 'There is no connection and nothing was kept from an earlier one. This is not an all-clear.',
    },
    outdated: (clock: string) => ({
      title: `Nothing was open ${clock === '' ? 'when last heard' : `at ${clock}`}`,
      hint: 'What happened since is not known. This is not an all-clear.',
    }),
    connecting: { title: 'Connecting', hint: 'Reading what is open now.' },
  },

  actions,

  /** For a row, where there is little room. */
  pending: (kind: string, isLive: boolean, state: PendingAction['state']) => {
    const what = kind === 'acknowledge' ? 'ack' : kind === 'unacknowledge' ? 'unack' : kind
    if (state === 'sent') return `${what} pending · sent`
    if (state === 'done') return isLive ? `${what} accepted` : `${what} accepted · offline`
    return isLive ? `${what} pending` : `${what} pending · offline`
  },
  pendingInFull: ({ kind, state }: PendingAction, isLive: boolean, clock: string) => {
    const words: Record<string, string> = actions
    return `${words[kind] ?? kind} of ${clock}: ${howPending(state, isLive)}`
  },

  notices: {
    label: 'Notices',
    settled: ({ status, body, number }: Pick<SettledAction, 'status' | 'body' | 'number'>) =>
      status === 'conflict'
        ? `${deed(body, number)}: someone was there first`
        : `${deed(body, number)} was refused`,
    notTaken: (body: CommandBody, number: number | null) => `${deed(body, number)} was not sent`,
    noReason: 'The server gave no reason.',
    advice: {
      conflict: 'The board shows how it stands now. Act again if it still needs you.',
      rejected: 'Nothing was changed. When the reason is out of the way, act again.',
      notTaken: 'Nothing was changed. Act again when this console answers.',
    },
    program: {
      info: 'About this console',
      warning: 'Warning about this console',
      error: 'Problem of this console',
    },
    dismissAll: (count: number) => `Dismiss all ${count}`,
    dismiss: 'Dismiss',
    show: 'Show incident',
  },

  incident: incidentTexts,
  summary: summaryTexts,
  alerts: alertsTexts,
  why: whyTexts,
  timeline: timelineTexts,
  forms: formsTexts,
  facts: factsTexts,
  bulk: bulkTexts,
  filter: filterTexts,
  panel: panelTexts,
  shift: shiftTexts,
  maintenance: maintenanceTexts,
  figures: figuresTexts,
  logSearch: logSearchTexts,
  rules: rulesTexts,

  feed: {
    heading: 'Event feed',
    perSecond: 'events/s',
    storm: 'Storm',
    rate: (now: number, most: number) =>
      `Event rate: ${formatCount(now)} a second now, ${formatCount(most)} at most in the last two minutes`,
    paused: (missed: number) => `Held still · ${several(missed, 'event')} since`,
    skipped: (count: number) => `${formatCount(count)} left out to stay fresh`,
    empty: 'No events yet. Each one appears here as it is taken in.',
  },

  firstStart: {
    heading: 'Connect to an incident server',
    lead: 'Watchfloor shows what your monitoring reports, and takes your answers back.',
    url: 'Address of the server',
    urlHint: 'for example https://incidents.example.com:7710',
    urlError: 'An address starts with http:// or https://.',
    token: 'Access token',
    tokenHint: 'made on the server with “tokens create”; it says who you are',
    tokenError: 'A token is needed, at most 512 characters.',
    connect: 'Connect',
    connecting: 'Connecting…',
    or: 'or',
    demo: 'Start the demo',
    demoStarting: 'Starting the demo…',
    demoHint: 'A server on this machine, with a small estate that breaks now and then.',
  },

  loading: 'Opening the console…',
  failed: {
    heading: 'The console could not be opened',
    again: 'Try again',
  },
  crashed: {
    heading: 'This page has failed',
    lead: 'What it showed may be outdated. The console program goes on by itself; reload to see its state.',
    reload: 'Reload',
  },

  help: {
    heading: 'Keys',
    close: 'Close',
    open: 'Keys',
    keys: [
      { keys: ['j', 'k'], also: '↓ ↑', what: 'next, previous incident' },
      { keys: ['g g', 'G'], also: 'Home End', what: 'first, last incident' },
      { keys: ['Enter'], also: '', what: 'go to the incident’s pane' },
      { keys: ['a'], also: '', what: 'acknowledge' },
      { keys: ['u'], also: '', what: 'unacknowledge' },
      { keys: ['A'], also: '', what: 'acknowledge for a time' },
      { keys: ['r'], also: '', what: 'resolve' },
      { keys: ['R'], also: '', what: 'reopen' },
      { keys: ['s'], also: '', what: 'snooze' },
      { keys: ['o'], also: '', what: 'assign (its owner)' },
      { keys: ['n'], also: '', what: 'write a note' },
      { keys: ['p'], also: '', what: 'set the priority' },
      { keys: ['f'], also: '', what: 'follow up: when to look again' },
      { keys: ['t'], also: '', what: 'tickets' },
      { keys: ['c'], also: '', what: 'say the cause of a resolved one' },
      { keys: ['m'], also: '', what: 'merge into another' },
      { keys: ['d'], also: '', what: 'divide: split alerts off' },
      { keys: ['e'], also: '', what: 'edit its service' },
      { keys: ['/'], also: '', what: 'filter the list' },
      { keys: ['l', 'w', 'v'], also: '', what: 'shift log, maintenance windows, figures' },
      { keys: ['y', 'b'], also: '', what: 'search the server’s log, try rules' },
      { keys: ['x', 'X'], also: 'Shift+click', what: 'select to act on many; all of the list' },
      { keys: ['S', 'T'], also: '', what: 'of many: ask for summaries, remove a ticket' },
      { keys: ['.'], also: '', what: 'let new incidents in' },
      { keys: ['1', '2', '3'], also: '', what: 'Needs me, Acknowledged, Resolved' },
      { keys: ['Esc'], also: '', what: 'close, or let go of the incident' },
      { keys: ['?'], also: '', what: 'this list' },
    ],
  },

  demo: {
    heading: 'Demo',
    lead: 'Power is lost in a hall, and five hundred hosts say so for twenty seconds: 10,000 events. After a minute all is well again. Nothing of it is real.',
    storm: 'Start a storm',
    begun: 'A storm has begun.',
    failed: sentence,
  },

  announce: {
    newIncidents: (count: number, worst: Severity, title: string) =>
      count === 1
        ? `New ${severity[worst].toLowerCase()} incident: ${title}`
        : `${several(count, 'new incident')}, worst ${severity[worst].toLowerCase()}`,
    freshness: (state: Freshness['state']) =>
      ({
        connecting: 'Connecting.',
        live: 'Live again.',
        stale: 'Stale: what is shown may be outdated.',
        blind: 'Blind: there is no connection.',
      })[state],
  },
} as const
