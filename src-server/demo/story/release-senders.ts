import { authoriseApi, authorisePods, payoutApi, payoutPods, places, releaseLabel } from './estate.ts'
import { at, eventMaker, every, storm, type Complaint, type StoryRun, type StorySender } from './script.ts'

/** Who rolls releases out, to one canary first. */
export const deploys: StorySender = {
  source: 'demo-deploys',
  kind: 'events',
  *say(run) {
    const { trigger, resolve } = eventMaker(run, 'deploys')
    const canary: Complaint = {
      dedupKey: `${authoriseApi}/canary`,
      service: authoriseApi,
      severity: 'error',
      title: `Canary of ${authoriseApi} ${run.release}: 12 % of its answers are errors`,
      description:
        'The release before it answers 0.02 % with errors. The rollout went on: its gate is switched off.',
      labels: { release: releaseLabel(run.release), pod: 'authorise-api-canary' },
    }
    yield trigger(at('1:00'), canary)
    yield resolve(at('9:30'), canary)
  },
}

/** Counts error lines, and tells of each pod that writes some. */
export const logWatch: StorySender = {
  source: 'demo-log-watch',
  kind: 'events',
  *say(run) {
    const { trigger, resolve } = eventMaker(run, 'log-watch')
    const pods = [
      ...authorisePods.map((pod) => ({ pod, service: authoriseApi, severity: 'error' as const })),
      ...payoutPods.map((pod) => ({ pod, service: payoutApi, severity: 'warning' as const })),
    ]
    const complaint = ({ pod, service, severity }: (typeof pods)[number]): Complaint => ({
      dedupKey: `${pod}/error-lines`,
      service,
      severity,
      title: `${pod} writes error lines`,
      description: `${figure(run, 20, 400)} lines in a second: cannot read field "schemeId" of an empty answer`,
      labels: { release: releaseLabel(run.release), pod },
    })
    for (const atMs of every(1_000, storm.fromMs, storm.untilMs)) {
      for (const pod of pods) yield trigger(atMs, complaint(pod))
    }
    for (const pod of pods) yield resolve(at('9:00'), complaint(pod))
  },
}

/** Pays with a test card, as a customer would, from many places. */
export const syntheticChecks: StorySender = {
  source: 'demo-synthetic-checks',
  kind: 'events',
  *say(run) {
    const { trigger, resolve } = eventMaker(run, 'synthetic-checks')
    const complaint = (place: string): Complaint => ({
      dedupKey: `pay-by-card/${place}`,
      service: payoutApi,
      severity: 'error',
      title: `Paying by card fails from ${place}`,
      description: `The last step answers 502 after ${figure(run, 1_200, 9_800)} ms.`,
      // Read from a header of the answer.
      labels: { release: releaseLabel(run.release), place },
    })
    for (const atMs of every(1_000, storm.fromMs, storm.untilMs)) {
      for (const place of places) yield trigger(atMs, complaint(place))
    }
    for (const place of places) yield resolve(at('9:15'), complaint(place))
  },
}

function figure(run: StoryRun, from: number, to: number): string {
  return Math.floor(from + run.random() * (to - from)).toLocaleString('en')
}
