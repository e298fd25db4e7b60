import { describe, expect, it } from 'vitest'
import { serviceToEdit, windowToChange } from '../../src-renderer/state/own-edits.ts'
import type { PendingOther } from '../../src-shared/console-views.ts'
import type { CommandBody } from '../../src-shared/domain/command.ts'
import { sampleId } from '../support/sample-incident.ts'

const pendingOf = (body: CommandBody): PendingOther => {
  return { commandId: sampleId(1), kind: body.kind, issuedAt: 1, state: 'waiting', body }
}

describe('a form begins with what waits here', () => {
  it('of a service, on the revision that was read', () => {
    const service = {
      id: sampleId(7),
      revision: 4,
      name: 'orders-db',
      team: null,
      runbookUrl: 'https://runbooks.example/orders',
      labels: { tier: '1' },
      edited: null,
    }
    const edit = (serviceId: string, team: string): PendingOther =>
      pendingOf({ kind: 'editService', serviceId, seen: 4, team, labels: {} })
    const pending = [edit(service.id, 'storage'), edit(service.id, 'network'), edit(sampleId(8), 'web')]
    expect(serviceToEdit(service, pending)).toEqual({ ...service, team: 'network', labels: {} })
    expect(serviceToEdit(service, [])).toBe(service)
  })

  it('of a window, on the revision that was read', () => {
    const schedule = { kind: 'once', startsAt: 1, endsAt: 2 } as const
    const plan = { title: 'firmware', match: [], schedule }
    const plannedBy = { kind: 'operator', name: 'mira' } as const
    const window = { id: sampleId(9), revision: 2, ...plan, plannedBy, endedAt: null, endedBy: null }
    const later = { ...plan, schedule: { ...schedule, endsAt: 3 } }
    const change = (windowId: string | null): PendingOther =>
      pendingOf({ kind: 'planMaintenance', windowId, seen: 2, plan: later })
    expect(windowToChange(window, [change(window.id)])).toEqual({ ...window, ...later })
    expect(windowToChange(window, [change(null), change(sampleId(8))])).toBe(window)
  })
})
