import type { MaintenancePlan } from '../../../src-shared/domain/maintenance.ts'
import { settlementDb } from './estate.ts'
import { at } from './script.ts'

/** When the operator of the story plans the window over the database, and when the work is done and it is ended. */
export const maintenance = { planMs: at('0:15'), endMs: at('7:30') } as const

/** Longer than the work takes: if the story is broken off, the window ends by itself. */
const plannedMs = at('15:00')
/** In real time: a server that does not keep up with a fast story must not see the window end before it. */
const spareMs = 60_000

/** The window as planned at this instant, with the speed at which the story is played. */
export function maintenancePlan(startsAt: number, speed: number): MaintenancePlan {
  return {
    title: 'Index of settlement-db is rebuilt',
    match: [{ field: 'service', anyOf: [settlementDb], negated: false }],
    schedule: { kind: 'once', startsAt, endsAt: Math.round(startsAt + plannedMs / speed + spareMs) },
  }
}
