import { createStore, type StoreApi } from 'zustand/vanilla'
import type { MethodAnswer, MethodInput } from '../../src-shared/console-api.ts'
import { longestPreviewHours, type PreviewAnswer } from '../../src-shared/protocol/reads.ts'
import { texts } from '../texts.ts'
import { readRules, type RulesProblem } from './rules-text.ts'

/** Rules as they are written, and what they are to be tried on. */
export interface RulesTrial {
  /** Null: of the first server. */
  siteId: string | null
  hours: number
  text: string
}

export interface RulesState {
  written: RulesTrial
  /** What kept the rules from being sent. */
  problem: RulesProblem | null
  isTrying: boolean
  /** Why the last trial has no answer, in the server's words. */
  failure: string | null
  /** The last answer, with what was tried; it stays until the next one. */
  answer: { tried: RulesTrial; preview: PreviewAnswer } | null
}

type Ask = (input: MethodInput<'previewRules'>) => Promise<MethodAnswer<'previewRules'>>

/** Correlation rules that are tried on what came; kept while the console is open. */
export class RulesStore {
  readonly store: StoreApi<RulesState> = createStore<RulesState>()(() => ({
    written: { siteId: null, hours: longestPreviewHours, text: texts.rules.example.text },
    problem: null,
    isTrying: false,
    failure: null,
    answer: null,
  }))
  readonly #ask: Ask

  constructor(ask: Ask) {
    this.#ask = ask
  }

  write(changes: Partial<RulesTrial>): void {
    this.store.setState(({ written }) => ({ written: { ...written, ...changes }, problem: null }))
  }

  /** Has the server try what is written. It makes one preview at a time: nothing while it does. */
  async try(siteId: string): Promise<void> {
    const { written, isTrying } = this.store.getState()
    if (isTrying) return
    const reading = readRules(written.text)
    this.store.setState({ problem: reading.ok ? null : reading.problem })
    if (!reading.ok) return
    this.store.setState({ isTrying: true, failure: null })
    const tried = { ...written, siteId }
    const answer = await this.#ask({ siteId, hours: tried.hours, rules: reading.rules })
    if (answer.ok) this.store.setState({ isTrying: false, answer: { tried, preview: answer.value } })
    else this.store.setState({ isTrying: false, failure: answer.message })
  }
}
