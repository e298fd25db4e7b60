import type { Alert } from '../../src-shared/domain/alert.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import type { Service } from '../../src-shared/domain/service.ts'
import type { SummaryClaim } from '../../src-shared/domain/summary.ts'

/** What a summary is written from: the incident as of one position in the log. */
export interface SummaryInput {
  incident: Incident
  alerts: readonly Alert[]
  services: readonly Service[]
  /** Its events, changes and summaries, oldest first. */
  timeline: readonly LogEntry[]
  /** The instant of writing, ms UTC. */
  at: number
}

/** One way to write a summary: the built-in rules, or a model behind an endpoint. */
export interface SummaryProvider {
  readonly name: string
  /** `progress` may be called with the text so far; rejects when nothing usable came within its limit. */
  summarise(input: SummaryInput, progress: (text: string) => void): Promise<SummaryClaim[]>
}
