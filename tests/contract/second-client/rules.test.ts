import { afterEach, describe, expect, it, vi } from 'vitest'
import { classOfCode, reconnectDelayMs } from './close-class.ts'
import { thingsOf } from './known-state.ts'
import {
  batchFrame,
  scriptedEpoch,
  serviceEntry,
  snapshotFrame,
  startScriptedServer,
  welcomeFrame,
  type Script,
  type ScriptedServer,
} from './scripted-server.ts'
import { Witness } from './witness.ts'

const cleanups: (() => void | Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function watch(scripts: readonly Script[]): Promise<{ server: ScriptedServer; witness: Witness }> {
  const server = await startScriptedServer(scripts)
  const witness = new Witness({ streamUrl: server.streamUrl, token: 'any', channels: ['incidents'] }, 'again')
  cleanups.push(server.stop, () => witness.stop())
  return { server, witness }
}

const firstSnapshot = [welcomeFrame(10, 'first'), snapshotFrame('s-1', 0, true, [serviceEntry(3, 'a', 4)])]

describe('batches', () => {
  it('drops what is known, acknowledges a heartbeat, and lets no lower revision replace a higher one', async () => {
    const batches = [
      batchFrame(10, 10, []),
      batchFrame(8, 9, [serviceEntry(9, 'never', 1)]),
      batchFrame(10, 12, [serviceEntry(11, 'a', 3), serviceEntry(12, 'b', 1)]),
    ]
    const { server, witness } = await watch([{ frames: [...firstSnapshot, ...batches] }])
    await vi.waitFor(() => expect(server.heard).toHaveLength(2))
    expect(witness.outcomes).toEqual(['welcomed', 'swapped', 'stored', 'known', 'stored'])
    expect(server.heard).toEqual([
      { type: 'ack', id: 1, seq: 10 },
      { type: 'ack', id: 2, seq: 12 },
    ])
    expect(thingsOf(witness.store.state, 'service')).toEqual([
      { id: 'a', revision: 4 },
      { id: 'b', revision: 1 },
    ])
  })

  it('answers a gap with a close and comes back with the cursor that it has', async () => {
    const { server, witness } = await watch([
      { frames: [...firstSnapshot, batchFrame(11, 12, [serviceEntry(12, 'b', 1)])] },
      { frames: [welcomeFrame(12, null), batchFrame(10, 12, [serviceEntry(12, 'b', 1)])] },
    ])
    await vi.waitFor(() => expect(witness.store.cursor).toEqual({ epoch: scriptedEpoch, seq: 12 }), 3000)
    expect(server.closeCodes).toEqual([1000])
    expect(server.hellos[1]).toMatchObject({
      cursor: { epoch: scriptedEpoch, seq: 10 },
      channels: ['incidents'],
    })
  })
})

describe('snapshots', () => {
  const half = {
    frames: [welcomeFrame(10, 'first'), snapshotFrame('s-1', 0, false, [serviceEntry(3, 'a', 4)])],
  }

  it('stages pages and goes on with the page that the last one named', async () => {
    const second = {
      frames: [welcomeFrame(10, null), snapshotFrame('s-1', 1, true, [serviceEntry(5, 'b', 1)])],
    }
    const { server, witness } = await watch([{ ...half, code: 4000 }, second])
    await vi.waitFor(() => expect(server.hellos).toHaveLength(2))
    await vi.waitFor(() => expect(witness.outcomes).toEqual(['welcomed', 'staged', 'welcomed', 'swapped']))
    expect(server.hellos[1]).toMatchObject({ cursor: { epoch: scriptedEpoch, seq: 10, page: 's-1/1' } })
    expect(thingsOf(witness.store.state, 'service').map(({ id }) => id)).toEqual(['a', 'b'])
    expect(witness.store.cursor).toEqual({ epoch: scriptedEpoch, seq: 10 })
  })

  it('throws away what was staged when it expired', async () => {
    const anew = {
      frames: [welcomeFrame(10, 'expired'), snapshotFrame('s-2', 0, true, [serviceEntry(5, 'b', 1)])],
    }
    const { witness } = await watch([{ ...half, code: 4000 }, anew])
    await vi.waitFor(() => expect(witness.outcomes.at(-1)).toBe('swapped'))
    expect(thingsOf(witness.store.state, 'service').map(({ id }) => id)).toEqual(['b'])
  })

  it('shows the old state until the new one is whole', async () => {
    const { witness } = await watch([
      { ...half, frames: [...firstSnapshot, snapshotFrame('s-2', 0, false, [])] },
    ])
    await vi.waitFor(() => expect(witness.outcomes).toEqual(['welcomed', 'swapped', 'staged']))
    expect(thingsOf(witness.store.state, 'service').map(({ id }) => id)).toEqual(['a'])
  })
})

describe('coming back', () => {
  it('never comes back by itself after a close of that class', async () => {
    const { server, witness } = await watch([{ frames: [], code: 4200 }])
    expect(await witness.ended).toMatchObject({ code: 4200, closeClass: 'never' })
    expect(server.hellos).toHaveLength(1)
  })

  it.each([
    [1000, 'later'],
    [1006, 'later'],
    [4000, 'atOnce'],
    [4099, 'atOnce'],
    [4100, 'later'],
    [4200, 'never'],
    [4300, 'later'],
  ] as const)('knows the class of %i', (code, closeClass) => {
    expect(classOfCode(code)).toBe(closeClass)
  })

  it('draws delays with full jitter, above what the server asked for', () => {
    const input = { closeClass: 'later', spreadMs: null, retryAfterMs: null, random: 1 } as const
    expect([1, 2, 3, 9].map((attempt) => reconnectDelayMs({ ...input, attempt }))).toEqual([
      500, 1000, 2000, 20_000,
    ])
    expect(reconnectDelayMs({ ...input, attempt: 1, spreadMs: 60_000, random: 0.5 })).toBe(30_000)
    expect(reconnectDelayMs({ ...input, attempt: 1, retryAfterMs: 3000, random: 0 })).toBe(3000)
    expect(reconnectDelayMs({ ...input, attempt: 1, closeClass: 'atOnce' })).toBe(0)
  })
})
