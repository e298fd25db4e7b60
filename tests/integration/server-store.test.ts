import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreUnavailableError } from '../../src-server/log/log-store.ts'
import type { Alert } from '../../src-shared/domain/alert.ts'
import { sampleAlert, sampleId } from '../support/sample-incident.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

let inside: ServerInside
beforeEach(() => {
  inside = openServerInside()
})
afterEach(() => inside.close())

const shift = (text: string) => ({
  kind: 'shift' as const,
  shift: {
    id: `0192f7a0-0000-7000-8000-${text.padStart(12, '0')}`,
    revision: 1,
    at: 1,
    author: 'mira',
    text,
  },
})

describe('the log store', () => {
  it('writes through with FULL, set by name: the library would leave NORMAL', () => {
    expect(inside.store.database.pragma('synchronous', { simple: true })).toBe(2)
    expect(inside.store.database.pragma('journal_mode', { simple: true })).toBe('wal')
  })

  it('commits what waits together, and rolls one failed member back alone', async () => {
    const heads: number[] = []
    inside.store.onCommit((head) => heads.push(head))
    const outcomes = await Promise.allSettled([
      inside.store.write((turn) => turn.append(shift('1'))),
      inside.store.write((turn) => {
        turn.append(shift('2'))
        throw new Error('decided against it')
      }),
      inside.store.write((turn) => turn.append(shift('3'))),
    ])
    expect(outcomes).toMatchObject([
      { value: 1 },
      { reason: { message: 'decided against it' } },
      { value: 2 },
    ])
    expect(heads).toEqual([2])
    const texts = (await inside.log()).flatMap((entry) => (entry.kind === 'shift' ? [entry.shift.text] : []))
    expect(texts).toEqual(['1', '3'])
  })

  it('commits no more than 512 at a time, so that one answer never waits for thousands of others', async () => {
    const heads: number[] = []
    inside.store.onCommit((head) => heads.push(head))
    const all = Array.from({ length: 1_100 }, (_, index) => String(index))
    await Promise.all(all.map((text) => inside.store.write((turn) => turn.append(shift(text)))))
    expect(heads).toEqual([512, 1_024, 1_100])
  })

  it('forgets what it says it forgot, though another member of the group failed', async () => {
    for (const text of ['1', '2', '3', '4']) await inside.store.write((turn) => turn.append(shift(text)))
    const [forgotten] = await Promise.allSettled([
      inside.store.forgetLog({ committedBefore: null, newest: 1, bytes: null }, 100),
      inside.store.write(() => {
        throw new Error('decided against it')
      }),
    ])
    expect(forgotten).toMatchObject({ status: 'fulfilled', value: { gone: 3 } })
    expect(inside.store.oldestCursor()).toBe(3)
    expect(inside.store.database.prepare('select count(*) from log').pluck().get()).toBe(1)
  })

  it('takes back what it remembers of a source with the turn that wrote it', async () => {
    const source = {
      id: inside.source.id,
      revision: 1,
      kind: 'events',
      name: 'prometheus',
      expectedEveryMs: null,
      lastHeardAt: 1,
      silentSince: null,
    }
    const failed = inside.store.write((turn) => {
      turn.append({ kind: 'source', source })
      throw new Error('decided against it')
    })
    await expect(failed).rejects.toThrow('decided against it')
    expect(await inside.store.write((turn) => turn.sourceByName('prometheus'))).toBeNull()
    await inside.store.write((turn) => turn.append({ kind: 'source', source }))
    await inside.store.write((turn) => turn.append({ kind: 'source', source: { ...source, revision: 2 } }))
    expect(await inside.store.write((turn) => turn.sourceByName('prometheus'))).toMatchObject({ revision: 2 })
  })

  it('takes back what it remembers of an alert with the turn that wrote it', async () => {
    const kept = sampleAlert()
    const { sourceId, dedupKey } = kept
    const latest = () => inside.store.write((turn) => turn.latestAlert(sourceId, dedupKey))
    await inside.store.write((turn) => turn.append({ kind: 'alert', alert: kept }))
    expect(await latest()).toEqual(kept)
    await inside.store
      .write((turn) => {
        turn.append({ kind: 'alert', alert: { ...kept, count: 99 } })
        throw new Error('decided against it')
      })
      .catch(() => undefined)
    expect(await latest()).toEqual(kept)
  })

  it.each([
    ['', 1],
    [', though the clock was set back in between', -3_600_000],
  ])(
    'finds the newest alert of a key, whichever of them was written or removed last%s',
    async (_, passed) => {
      const older = sampleAlert()
      const newer = { ...older, id: sampleId(987), firstSeenAt: older.firstSeenAt + passed }
      const write = (alert: Alert) => inside.store.write((turn) => turn.append({ kind: 'alert', alert }))
      const latest = () => inside.store.write((turn) => turn.latestAlert(older.sourceId, older.dedupKey))
      await write(older)
      expect(await latest()).toEqual(older)
      await write(newer)
      expect(await latest()).toEqual(newer)
      await write({ ...older, count: 7 })
      expect(await latest()).toEqual(newer)
      const opened = (await inside.store.alerts(older.incidentId ?? '', null, 10)).items
      expect(opened.map(({ id }) => id)).toEqual([older.id, newer.id])
      await inside.store.write((turn) => turn.append({ kind: 'removed', of: 'alert', id: newer.id }))
      expect(await latest()).toEqual({ ...older, count: 7 })
    },
  )

  it('keeps nothing of a group that cannot be committed, says why, and recovers by itself', async () => {
    const pages = Number(inside.store.database.pragma('page_count', { simple: true }))
    inside.store.database.pragma(`max_page_count = ${pages + 2}`)
    const big = 'x'.repeat(4000)
    const outcomes = await Promise.allSettled(
      ['1', '2', '3'].map((text) =>
        inside.store.write((turn) =>
          turn.append({ ...shift(text), shift: { ...shift(text).shift, text: big } }),
        ),
      ),
    )
    for (const outcome of outcomes) {
      expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(StoreUnavailableError)
    }
    expect(inside.store.unavailable()).toContain('the disk is full')
    expect(inside.store.head()).toBe(0)
    inside.store.database.pragma('max_page_count = 1000000')
    await inside.store.write((turn) => turn.append(shift('4')))
    expect(inside.store.unavailable()).toBeNull()
    expect((await inside.log()).map((entry) => entry.seq)).toEqual([1])
  })

  it('lets no second server use its folder', () => {
    expect(() => openServerInside(inside.dataDir)).toThrow(/another server uses the data folder/)
  })

  it('keeps its identity and its log over a restart', async () => {
    await inside.store.write((turn) => turn.append(shift('1')))
    const { identity } = inside.store
    await inside.store.close()
    const again = openServerInside(inside.dataDir)
    expect(again.store.identity).toEqual(identity)
    expect(again.store.head()).toBe(1)
    await again.store.close()
    inside = openServerInside()
  })

  it('pages a snapshot by a key that is stable while states change', async () => {
    for (let index = 0; index < 7; index += 1) {
      await inside.send({ service: `s-${index}`, title: `t-${index}`, dedupKey: `k-${index}` })
    }
    const seen: string[] = []
    let after: string | null = null
    do {
      const page = await inside.store.readSnapshot(['incidents'], after, { entries: 5, bytes: 1e6 })
      seen.push(...page.items.map((entry) => entry.thing ?? ''))
      after = page.next
      await inside.send({ service: 's-0', title: 't-0', dedupKey: 'k-0' })
    } while (after !== null)
    expect(seen).toHaveLength(21)
    expect(new Set(seen).size).toBe(21)
  })
})

describe('tokens', () => {
  it('are kept as hashes, count at once, and are gone when revoked', () => {
    const token = inside.tokens.create('mira', 'responder')
    expect(inside.tokens.authenticate(token)).toMatchObject({ name: 'mira', role: 'responder' })
    const rows = JSON.stringify(inside.store.database.prepare('select * from token').all())
    expect(rows).not.toContain(token)
    expect(() => inside.tokens.create('mira', 'viewer')).toThrow(/a token named mira is in force/)
    expect(inside.tokens.revoke('mira')).toBe(true)
    expect(inside.tokens.authenticate(token)).toBeNull()
  })
})
