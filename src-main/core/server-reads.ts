import type * as z from 'zod'
import type { MethodInput, MethodOutput } from '../../src-shared/console-api.ts'
import { servicesNamed, type FoundIncident, type FoundInLog } from '../../src-shared/console-reads.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import { failure, success, type Result } from '../../src-shared/domain/result.ts'
import { demoStormSchema, type DemoStorm } from '../../src-shared/protocol/demo.ts'
import {
  eventPageSchema,
  figuresAnswerSchema,
  incidentPageSchema,
  previewAnswerSchema,
} from '../../src-shared/protocol/reads.ts'
import { askServer, type AskContext, type ServerQuestion } from './connection/ask-server.ts'
import type { SiteList } from './site-list.ts'
import type { StoreClient } from './store/store-client.ts'

/** Figures of three million entries take some 20 s; on a busy machine twice as long. */
const longWithinMs = 60_000
const shortWithinMs = 15_000
/** The demo is on this machine: what takes longer does not come. */
const demoWithinMs = 5_000
/** Of what a search finds at once. */
const foundAtOnce = 50

/** Asks a site's server itself for what only its log knows. Each answer fails in words while it cannot be reached. */
export class ServerReads {
  readonly #context: AskContext
  readonly #sites: SiteList
  readonly #store: StoreClient

  constructor(context: AskContext, sites: SiteList, store: StoreClient) {
    this.#context = context
    this.#sites = sites
    this.#store = store
  }

  figures({ siteId, from, to, team }: MethodInput<'figures'>): Promise<Result<MethodOutput<'figures'>>> {
    const query = new URLSearchParams({ from: String(from), to: String(to) })
    if (team !== null) query.set('team', team)
    const path = `v1/figures?${String(query)}`
    return this.#ask(siteId, { path, answer: figuresAnswerSchema, withinMs: longWithinMs })
  }

  previewRules({
    siteId,
    ...body
  }: MethodInput<'previewRules'>): Promise<Result<MethodOutput<'previewRules'>>> {
    const path = 'v1/correlation/preview'
    return this.#ask(siteId, { path, body, answer: previewAnswerSchema, withinMs: longWithinMs })
  }

  async findInLog({ siteId, about, text, after }: MethodInput<'findInLog'>): Promise<Result<FoundInLog>> {
    const query = new URLSearchParams({ q: text, limit: String(foundAtOnce) })
    if (after !== null) query.set('after', after)
    const question = { path: `v1/${about}?${String(query)}`, withinMs: shortWithinMs }
    if (about === 'events') {
      const found = await this.#ask(siteId, { ...question, answer: eventPageSchema })
      return found.ok ? success({ incidents: [], events: found.value.items, next: found.value.next }) : found
    }
    const found = await this.#ask(siteId, { ...question, answer: incidentPageSchema })
    if (!found.ok) return found
    const { items, next } = found.value
    return success({ incidents: await this.#named(siteId, items), events: [], next })
  }

  /** Fails with `noDemo` for every other server, whatever it would answer, and with `busy` while a storm goes on. */
  startStorm(siteId: string): Promise<Result<DemoStorm>> {
    if (!this.#sites.isDemo(siteId))
      return Promise.resolve(failure('noDemo', 'only the demo on this machine has a storm to offer'))
    const path = 'v1/demo/storm'
    return this.#ask(siteId, { path, body: {}, answer: demoStormSchema, withinMs: demoWithinMs })
  }

  /** What the server finds has ids of services; it sends all services to every console, which knows their names. */
  async #named(siteId: string, incidents: readonly Incident[]): Promise<FoundIncident[]> {
    const first = ({ serviceIds }: Incident): string[] => serviceIds.slice(0, servicesNamed)
    const names = await this.#store.request('serviceNames', { siteId, ids: incidents.flatMap(first) })
    return incidents.map((incident) => ({
      ...incident,
      serviceNames: first(incident).flatMap((id) => names.get(id) ?? []),
    }))
  }

  #ask<T extends z.ZodType>(siteId: string, question: ServerQuestion<T>): Promise<Result<z.output<T>>> {
    return askServer(this.#context, () => this.#sites.reach(siteId), question)
  }
}
