import { createStore, type StoreApi } from 'zustand/vanilla'
import type { SettledAction } from '../../src-shared/console-views.ts'
import { texts } from '../texts.ts'

export interface Notice {
  id: string
  tone: 'warning' | 'critical'
  title: string
  message: string
  incidentId: string | null
}

/** At most this many stay on screen; the oldest go first. */
const shownAtMost = 5

/** What did not go as the operator asked; each stays until it is dismissed. */
export class NoticesStore {
  readonly store: StoreApi<{ notices: readonly Notice[] }> = createStore<{ notices: readonly Notice[] }>()(
    () => ({
      notices: [],
    }),
  )

  settle(actions: readonly SettledAction[]): void {
    for (const action of actions) {
      if (action.status !== 'conflict' && action.status !== 'rejected') continue
      const verb = texts.actions[action.body.kind]
      this.add({
        id: action.commandId,
        tone: action.status === 'conflict' ? 'warning' : 'critical',
        title: texts.notices.settled(action.status, verb, action.number),
        message: action.message ?? texts.notices.noReason,
        incidentId: action.incidentId,
      })
    }
  }

  add(notice: Notice): void {
    this.store.setState(({ notices }) => ({
      notices: [...notices.filter(({ id }) => id !== notice.id), notice].slice(-shownAtMost),
    }))
  }

  dismiss(id: string): void {
    this.store.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }))
  }
}
