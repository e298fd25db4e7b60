import { releaseLabel, settlementDb } from './estate.ts'
import { at, eventMaker, every, storm, type Complaint, type StorySender } from './script.ts'

/** Watches the database: what the rebuild of its index does to it, and what the bad release does. */
export const dbMonitor: StorySender = {
  source: 'demo-db-monitor',
  kind: 'events',
  *say(run) {
    const { trigger, resolve } = eventMaker(run, 'db-monitor')
    const ofRebuild = [
      ...[1, 2, 3].map((replica) =>
        ofDatabase(`replica-${replica}/lag`, `Replica ${replica} is minutes behind`),
      ),
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((part) =>
        ofDatabase(`part-${part}/slow`, `Queries on part ${part} take 6 s`),
      ),
    ]
    const connections: Complaint = {
      ...ofDatabase('connections', 'Of 500 connections none is free'),
      severity: 'error',
      description: 'Most are held by authorise-api, which opens a new one for each repeated call.',
      // The name that an application gives itself when it connects.
      labels: { release: releaseLabel(run.release) },
    }
    for (const atMs of every(1_000, storm.fromMs, storm.untilMs)) {
      for (const complaint of [...ofRebuild, connections]) yield trigger(atMs, complaint)
    }
    for (const complaint of ofRebuild) yield resolve(at('6:50'), complaint)
    yield resolve(at('9:00'), connections)
  },
}

const uplinkDowns = 18
const uplinkEveryMs = 16_000
const uplinkDownMs = 8_000

/** Sees a line come and go. */
export const networkMonitor: StorySender = {
  source: 'demo-network-monitor',
  kind: 'events',
  *say(run) {
    const { trigger, resolve } = eventMaker(run, 'network-monitor')
    const uplink: Complaint = {
      dedupKey: 'branch-leipzig/uplink',
      service: 'branch-uplink',
      severity: 'warning',
      title: 'Uplink to the Leipzig branch is down',
      description: 'No answer to three probes. The branch works on its mobile line meanwhile.',
      labels: { site: 'Leipzig', line: 'DE-04-2217' },
    }
    for (const atMs of every(uplinkEveryMs, storm.fromMs, storm.fromMs + uplinkDowns * uplinkEveryMs)) {
      yield trigger(atMs, uplink)
      yield resolve(atMs + uplinkDownMs, uplink)
    }
  },
}

/** Sees that jobs of the night are done in time. */
export const batchJobs: StorySender = {
  source: 'demo-batch-jobs',
  kind: 'events',
  *say(run) {
    const { trigger, resolve } = eventMaker(run, 'batch-jobs')
    const late: Complaint = {
      dedupKey: 'fraud-scores/age',
      service: 'fraud-scoring',
      severity: 'error',
      title: 'Fraud scores are 30 minutes old',
      description: 'The job that computes them waits for a lock. New cards are let through unscored.',
      labels: { job: 'fraud-scores' },
    }
    for (const atMs of every(60_000, at('2:30'), at('6:00'))) yield trigger(atMs, late)
    yield resolve(at('9:30'), late)
  },
}

function ofDatabase(key: string, title: string): Complaint {
  return { dedupKey: `${settlementDb}/${key}`, service: settlementDb, severity: 'warning', title }
}
