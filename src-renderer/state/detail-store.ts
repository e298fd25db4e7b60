import { createStore, type StoreApi } from 'zustand/vanilla'
import type { IncidentDetail } from '../../src-shared/console-views.ts'
import type { FormName } from './forms.ts'

export interface DetailState {
  /** The incident that is looked at; its detail may still be on its way. */
  incidentId: string | null
  detail: IncidentDetail | null
  /** Why there is no detail. */
  failure: string | null
  /** The event whose timeline line is pointed out, because its citation is pointed at. */
  citedEventId: string | null
  /** The form that is open. */
  form: FormName | null
}

/** The incident in the pane. */
export class DetailStore {
  readonly store: StoreApi<DetailState> = createStore<DetailState>()(() => ({
    incidentId: null,
    detail: null,
    failure: null,
    citedEventId: null,
    form: null,
  }))

  follow(incidentId: string | null): void {
    if (this.store.getState().incidentId === incidentId) return
    this.store.setState({ incidentId, detail: null, failure: null, citedEventId: null, form: null })
  }

  /** Takes a detail, unless it is of an incident that is no longer looked at. */
  show(detail: IncidentDetail): void {
    if (detail.row.id === this.store.getState().incidentId) this.store.setState({ detail, failure: null })
  }

  fail(incidentId: string, failure: string): void {
    if (incidentId === this.store.getState().incidentId) this.store.setState({ failure })
  }

  /** The incident does not exist (any more): nothing that was known of it is shown on. */
  drop(incidentId: string, failure: string): void {
    if (incidentId === this.store.getState().incidentId) this.store.setState({ detail: null, failure })
  }

  cite(eventId: string | null): void {
    this.store.setState({ citedEventId: eventId })
  }

  /** Null closes the one that is open. */
  openForm(form: FormName | null): void {
    this.store.setState({ form })
  }
}
