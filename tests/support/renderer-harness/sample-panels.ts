import type { FilterValues, MaintenanceView, ShiftLog } from '../../../src-shared/console-panels.ts'
import type { MaintenanceWindow } from '../../../src-shared/domain/maintenance.ts'
import { id, siteId } from './sample-rows.ts'

/** What a scripted console has in its panels. */

const hour = 3_600_000
const head = { siteId, siteName: 'Frankfurt' }

export const filterValues: FilterValues = {
  services: ['payment-gateway', 'payments', 'orders-db'],
  sources: ['alertmanager'],
  operators: ['mira.koch'],
  tickets: ['OPS-17'],
  labels: { env: ['staging', 'prod'] },
}

export function shiftLog(now = Date.now()): ShiftLog[] {
  const body = { kind: 'writeShift' as const, text: 'Vendor on site at gate B until 18:00.' }
  const pending = { commandId: id(7, 1), kind: body.kind, issuedAt: now, state: 'waiting' as const, body }
  const entries = [
    'Hall B runs on one cooling unit: look at 27 °C.',
    'Storage firmware tonight,\nsee the window.',
    'All quiet.',
  ].map((text, index) => ({
    id: id(8, index),
    revision: 1,
    at: now - index * 9 * hour,
    author: index === 1 ? 'jonas.reiter' : 'mira.koch',
    text,
  }))
  return [{ ...head, pending: [pending], entries }]
}

function window(number: number, changes: Partial<MaintenanceWindow>): MaintenanceWindow {
  return {
    id: id(7, number),
    revision: 1,
    title: 'Storage firmware',
    match: [{ field: 'service', anyOf: ['orders-db', 'ledger'], negated: false }],
    schedule: { kind: 'once', startsAt: Date.now() - hour, endsAt: Date.now() + hour },
    plannedBy: { kind: 'operator', name: 'mira.koch' },
    endedAt: null,
    endedBy: null,
    ...changes,
  }
}

export function maintenance(now = Date.now()): MaintenanceView[] {
  const weekly = {
    kind: 'weekly' as const,
    timeZone: 'Europe/Berlin',
    weekdays: [0, 6],
    startMinute: 150,
    durationMinutes: 90,
    from: now,
    until: null,
  }
  const newest = Array.from({ length: 10 }, (_, index) => ({
    id: id(9, index),
    title: `Controller ${index} restarts`,
    severity: index === 0 ? ('critical' as const) : ('warning' as const),
    service: 'orders-db',
  }))
  const match = [{ field: 'label.env' as const, anyOf: ['staging'], negated: false }]
  return [
    {
      ...head,
      pending: [],
      windows: [
        { window: window(11, {}), suppressed: 12, newest },
        {
          window: window(12, { title: 'Staging rebuild', match, schedule: weekly }),
          suppressed: 0,
          newest: [],
        },
        {
          window: window(13, {
            title: 'Core switch',
            endedAt: now - hour,
            endedBy: { kind: 'operator', name: 'jonas.reiter' },
          }),
          suppressed: 0,
          newest: [],
        },
      ],
    },
  ]
}
