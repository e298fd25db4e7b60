import type { IncidentDetail } from '../../../src-shared/console-views.ts'
import type { Cancel, Clock, IncidentRef } from '../ports.ts'

/** A detail is read again at most this often, in ms: quick to the eye, and no burden in a storm. */
const everyMs = 100

interface Open {
  ref: IncidentRef
  cancel: Cancel | null
  isStale: boolean
}

/** The incidents that someone looks at: who it is, and their detail again with each change. */
export class OpenDetails {
  readonly #clock: Clock
  readonly #read: (ref: IncidentRef) => Promise<IncidentDetail | null>
  readonly #tell: (viewer: number, detail: IncidentDetail) => void
  readonly #open = new Map<number, Open>()

  constructor(
    clock: Clock,
    read: (ref: IncidentRef) => Promise<IncidentDetail | null>,
    tell: (viewer: number, detail: IncidentDetail) => void,
  ) {
    this.#clock = clock
    this.#read = read
    this.#tell = tell
  }

  /** The incidents of a site that are open somewhere. */
  of(siteId: string): string[] {
    const ids = [...this.#open.values()]
      .filter(({ ref }) => ref.siteId === siteId)
      .map(({ ref }) => ref.incidentId)
    return [...new Set(ids)]
  }

  set(viewer: number, ref: IncidentRef | null): void {
    this.#open.get(viewer)?.cancel?.()
    if (ref) this.#open.set(viewer, { ref, cancel: null, isStale: false })
    else this.#open.delete(viewer)
  }

  changed(siteId: string, incidentIds: Iterable<string>): void {
    const changed = new Set(incidentIds)
    for (const [viewer, open] of this.#open) {
      if (open.ref.siteId === siteId && changed.has(open.ref.incidentId)) this.#schedule(viewer, open, 0)
    }
  }

  /** Everything may be another now (a snapshot was swapped in, the connection came or went). */
  allChanged(siteId: string): void {
    this.changed(siteId, this.of(siteId))
  }

  close(): void {
    for (const viewer of [...this.#open.keys()]) this.set(viewer, null)
  }

  #schedule(viewer: number, open: Open, afterMs: number): void {
    open.isStale = true
    open.cancel ??= this.#clock.setTimer(afterMs, () => void this.#refresh(viewer, open))
  }

  async #refresh(viewer: number, open: Open): Promise<void> {
    open.isStale = false
    const detail = await this.#read(open.ref).catch(() => null)
    if (this.#open.get(viewer) !== open) return
    if (detail) this.#tell(viewer, detail)
    open.cancel = this.#clock.setTimer(everyMs, () => {
      open.cancel = null
      if (open.isStale) this.#schedule(viewer, open, 0)
    })
  }
}
