import { authoriseApi, authorisePods, payoutApi, payoutPods, releaseLabel } from './estate.ts'
import { at, every, storm, type Saying, type StoryRun, type StorySender } from './script.ts'

const source = 'demo-alertmanager'
/** Alertmanager's `group_interval` here: it repeats a group that changes, and this night each of them does. */
const groupIntervalMs = 5_000
export const watchdogEveryMs = 60_000
/** What Alertmanager sends as the end of what has none. */
const openEnd = '0001-01-01T00:00:00Z'

interface Group {
  alertname: string
  service: string
  severity: string
  summary: string
  /** One alert each; none: one alert for the service. */
  pods: readonly string[]
  endsMs: number
}

const pods = at('8:45')
const budgets = at('10:00')
const groups: readonly Group[] = [
  {
    alertname: 'PodErrorRatio',
    service: authoriseApi,
    severity: 'error',
    summary: 'Every fifth answer is an error',
    pods: authorisePods,
    endsMs: pods,
  },
  {
    alertname: 'PodRestarting',
    service: authoriseApi,
    severity: 'warning',
    summary: 'Restarts again and again',
    pods: authorisePods,
    endsMs: pods,
  },
  {
    alertname: 'PodErrorRatio',
    service: payoutApi,
    severity: 'error',
    summary: 'Every third answer is an error',
    pods: payoutPods,
    endsMs: pods,
  },
  {
    alertname: 'PodLatency',
    service: payoutApi,
    severity: 'warning',
    summary: 'Answers take 9 s',
    pods: payoutPods,
    endsMs: pods,
  },
  {
    alertname: 'ErrorBudgetBurn',
    service: authoriseApi,
    severity: 'critical',
    summary: 'The error budget of 30 days is gone in 40 minutes',
    pods: [],
    endsMs: budgets,
  },
  {
    alertname: 'ErrorBudgetBurn',
    service: payoutApi,
    severity: 'critical',
    summary: 'The error budget of 30 days is gone in two hours',
    pods: [],
    endsMs: budgets,
  },
]

/** Prometheus with its Alertmanager: one webhook a group, all alerts of the group in it. */
export const alertmanager: StorySender = {
  source,
  kind: 'alertmanager',
  *say(run) {
    const webhooks = groups.map((group) => webhookOf(group, run))
    for (const atMs of every(groupIntervalMs, storm.fromMs, storm.untilMs)) {
      for (const webhook of webhooks) yield { atMs, body: webhook(null) }
    }
    for (const endsMs of [pods, budgets]) {
      for (const [index, group] of groups.entries()) {
        const webhook = webhooks[index]
        if (webhook && group.endsMs === endsMs) yield { atMs: endsMs, body: webhook(endsMs) }
      }
    }
  },
}

/** The same Alertmanager's sign of life. */
export const watchdog: StorySender = {
  source,
  kind: 'alertmanager',
  *say(run) {
    for (const atMs of every(watchdogEveryMs, 0, at('12:00')))
      yield { atMs, body: watchdogAt(run.instantOf(0)) }
  },
}

/** The webhook of a Watchdog that fires since this instant. */
export function watchdogAt(since: number): Record<string, unknown> {
  const labels = { alertname: 'Watchdog', severity: 'none' }
  return {
    ...envelope({ alertname: 'Watchdog' }, 'firing'),
    alerts: [
      {
        status: 'firing',
        labels,
        annotations: {},
        startsAt: iso(since),
        endsAt: openEnd,
        fingerprint: 'watchdog',
      },
    ],
  }
}

/** Says the group as it is: firing, or resolved at a moment of the story. */
function webhookOf(group: Group, run: StoryRun): (endsMs: number | null) => Saying['body'] {
  const { alertname, service, severity, summary } = group
  const startsAt = iso(run.instantOf(storm.fromMs))
  const members = group.pods.length > 0 ? group.pods : [null]
  return (endsMs) => {
    const status = endsMs === null ? 'firing' : 'resolved'
    const endsAt = endsMs === null ? openEnd : iso(run.instantOf(endsMs))
    const alerts = members.map((pod) => ({
      status,
      labels: {
        alertname,
        service,
        severity,
        release: releaseLabel(run.release),
        ...(pod === null ? {} : { pod }),
      },
      annotations: {
        summary:
          pod === null
            ? `${service}: ${summary.charAt(0).toLowerCase()}${summary.slice(1)}`
            : `${pod}: ${summary}`,
        runbook_url: `https://runbooks.example/${service}`,
      },
      startsAt,
      endsAt,
      generatorURL: `https://prometheus.example/graph?service=${service}`,
      fingerprint: `${alertname}/${pod ?? service}`,
    }))
    return { ...envelope({ alertname, service }, status), alerts }
  }
}

function envelope(groupLabels: Record<string, string>, status: string): Record<string, unknown> {
  const pairs = Object.entries(groupLabels).map(([name, value]) => `${name}="${value}"`)
  return {
    version: '4',
    groupKey: `{}:{${pairs.join(', ')}}`,
    truncatedAlerts: 0,
    receiver: 'watchfloor',
    status,
    groupLabels,
    commonLabels: groupLabels,
    commonAnnotations: {},
    externalURL: 'https://alertmanager.example',
  }
}

function iso(instant: number): string {
  return new Date(instant).toISOString()
}
