import { describe, expect, it } from 'vitest'
import { accountOfAbsence, type LiveAgain, type LiveMark } from '../../src-main/core/away/away-account.ts'

const epoch = '0192f79f-0000-7000-8000-000000000001'
const mark: LiveMark = { liveAt: 1_000, epoch, seq: 100, completeAt: 900, skipped: 0, lost: null }
const again: LiveAgain = {
  siteId: '0192f79f-0000-7000-8000-0000000000aa',
  at: 193_000,
  epoch,
  seq: 114,
  cause: 'offline',
  countMoved: (after) =>
    after === mark.completeAt
      ? { triggered: 2, resolved: 1, changed: 3 }
      : { triggered: 0, resolved: 0, changed: 0 },
}

describe('the account of an absence', () => {
  it('says how long it was, what happened, and that nothing was lost', () => {
    expect(accountOfAbsence(mark, again)).toEqual({
      siteId: again.siteId,
      from: 1_000,
      to: 193_000,
      durationMs: 192_000,
      cause: 'offline',
      changes: 14,
      incidentsTriggered: 2,
      incidentsResolved: 1,
      incidentsChanged: 3,
      lost: null,
    })
  })

  it('is not made of a hiccup', () => {
    expect(accountOfAbsence(mark, { ...again, at: 4_000 })).toBeNull()
  })

  it('never says that none were lost after events were skipped', () => {
    expect(accountOfAbsence({ ...mark, skipped: 7 }, again)?.lost).toMatch(
      /^7 events of the feed were skipped/,
    )
  })

  it('names the positions that were not read when the log was not read on', () => {
    const lost = accountOfAbsence(
      { ...mark, lost: 'the server no longer keeps what was missed' },
      again,
    )?.lost
    expect(lost).toMatch(/Positions 101 to 114/)
    expect(lost).toMatch(/no longer keeps/)
  })

  it('names none where the log had gone no further, though all was read anew', () => {
    const lost = 'something could not be read before'
    expect(accountOfAbsence({ ...mark, lost }, { ...again, seq: 100 })).toMatchObject({ lost: null })
  })

  it('counts nothing over two logs, and says so', () => {
    const other = { ...again, epoch: '0192f79f-0000-7000-8000-000000000002', seq: 4 }
    expect(accountOfAbsence(mark, other)).toMatchObject({ changes: 0 })
    expect(accountOfAbsence(mark, other)?.lost).toMatch(/log of before is gone/)
    expect(accountOfAbsence(mark, { ...again, seq: 50 })?.lost).toMatch(/log of before is gone/)
  })

  it('tells a loss however short the absence was', () => {
    expect(accountOfAbsence({ ...mark, skipped: 1 }, { ...again, at: 1_500 })).toMatchObject({
      durationMs: 500,
    })
  })

  it('does not count backwards when the clock was set back', () => {
    const account = accountOfAbsence({ ...mark, skipped: 1 }, { ...again, at: 10 })
    expect(account).toMatchObject({ durationMs: 0, from: 1_000, to: 1_000 })
  })
})
