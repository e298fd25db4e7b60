import type { IncidentCommand } from '../../src-shared/domain/command.ts'
import type { Incident, IncidentChange } from '../../src-shared/domain/incident.ts'
import { runDueTimers } from './due-timers.ts'
import type { ServerInside } from './server-inside.ts'

/** An event of which a test makes its incident. */
export const disk = { service: 'orders-db', title: 'Disk full', dedupKey: 'db/disk', severity: 'error' }

type Without = IncidentCommand extends infer C ? (C extends unknown ? Omit<C, 'incidentId'> : never) : never

/** What a test does with one incident, and sees of it; `current` says which it is by then, and where. */
export function onIncident(current: () => { inside: ServerInside; id: string }) {
  return {
    act: (body: Without, author?: string) => {
      const { inside, id } = current()
      return inside.act({ ...body, incidentId: id }, author)
    },
    incident: async (): Promise<Incident> => {
      const { inside, id } = current()
      const found = await inside.store.incident(id)
      if (!found) throw new Error('the incident is gone')
      return found.incident
    },
    /** Moves the clock on by so many milliseconds, and does what is due then. */
    pass: async (ms: number): Promise<void> => {
      const { inside } = current()
      inside.clock.pass(ms)
      await runDueTimers(inside)
    },
    /** All that the log says of it, oldest first. */
    changes: async (): Promise<IncidentChange[]> => {
      const { inside, id } = current()
      return (await inside.log()).flatMap((entry) =>
        entry.kind === 'incident' && entry.incident.id === id ? [entry.change] : [],
      )
    },
  }
}
