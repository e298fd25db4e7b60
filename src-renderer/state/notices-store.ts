import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Notice as ConsoleNotice, SettledAction } from '../../src-shared/console-views.ts'
import { texts } from '../texts.ts'

/** Who keeps it: the console program (`program`, `action`, over restarts), or only this page. */
export type NoticeOrigin = 'program' | 'action' | 'page'

export interface Notice {
  /** Unique within its origin. */
  id: string
  origin: NoticeOrigin
  at: number
  tone: 'info' | 'warning' | 'critical'
  title: string
  message: string
  /** What the operator can do now; null where there is nothing to do. */
  advice: string | null
  incidentId: string | null
}

/** Oldest first. */
export interface NoticesState {
  notices: readonly Notice[]
}

/** What the operator must know of this console and of actions that did not go as asked; each stays until dismissed. */
export class NoticesStore {
  readonly store: StoreApi<NoticesState> = createStore<NoticesState>()(() => ({ notices: [] }))

  /** Takes over what the console program still keeps. What only this page knows stays. */
  open({ notices, settled }: { notices: readonly ConsoleNotice[]; settled: readonly SettledAction[] }): void {
    this.#replace('action', settled.flatMap(noticeOfAction))
    this.ofProgram(notices)
  }

  /** All notices of the console program, in place of the earlier ones. */
  ofProgram(notices: readonly ConsoleNotice[]): void {
    this.#replace('program', notices.map(noticeOfProgram))
  }

  /** Results of actions; the ones that went as asked say nothing. */
  settle(actions: readonly SettledAction[]): void {
    for (const notice of actions.flatMap(noticeOfAction)) this.add(notice)
  }

  settledDismissed(commandIds: readonly string[]): void {
    for (const id of commandIds) this.remove({ origin: 'action', id })
  }

  add(notice: Notice): void {
    this.#put([...this.store.getState().notices.filter((each) => !isSame(each, notice)), notice])
  }

  remove(notice: Pick<Notice, 'id' | 'origin'>): void {
    const { notices } = this.store.getState()
    const rest = notices.filter((each) => !isSame(each, notice))
    if (rest.length < notices.length) this.#put(rest)
  }

  #replace(origin: NoticeOrigin, fresh: readonly Notice[]): void {
    this.#put([...this.store.getState().notices.filter((each) => each.origin !== origin), ...fresh])
  }

  #put(notices: readonly Notice[]): void {
    this.store.setState({ notices: notices.toSorted((a, b) => a.at - b.at) })
  }
}

function isSame(a: Pick<Notice, 'id' | 'origin'>, b: Pick<Notice, 'id' | 'origin'>): boolean {
  return a.id === b.id && a.origin === b.origin
}

function noticeOfProgram({ id, at, level, text }: ConsoleNotice): Notice {
  const tone = level === 'error' ? 'critical' : level
  const title = texts.notices.program[level]
  return { id, origin: 'program', at, tone, title, message: text, advice: null, incidentId: null }
}

function noticeOfAction(action: SettledAction): Notice[] {
  const { commandId, at, status, message, incidentId } = action
  if (status !== 'conflict' && status !== 'rejected') return []
  return [
    {
      id: commandId,
      origin: 'action',
      at,
      tone: status === 'conflict' ? 'warning' : 'critical',
      title: texts.notices.settled(action),
      message: message ?? texts.notices.noReason,
      advice: texts.notices.advice[status],
      incidentId,
    },
  ]
}
