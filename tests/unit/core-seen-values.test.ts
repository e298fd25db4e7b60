import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withOwnLaidOver, type SettingBody } from '../../src-main/core/store/seen-values.ts'

const incidentId = randomUUID()
const assign = (seen: string | null, assignee: string | null): SettingBody => ({
  kind: 'assign',
  incidentId,
  seen,
  assignee,
})

/** What the server makes of them in their order, and how many it refuses. */
function judge(owner: string | null, actions: readonly SettingBody[]) {
  let refused = 0
  let value = owner
  for (const action of actions) {
    if (action.kind !== 'assign') continue
    if (action.seen === value) value = action.assignee
    else refused += 1
  }
  return { value, refused }
}

const people = fc.constantFrom('mira', 'jonas', 'ada', null)

describe('what the author of an action saw', () => {
  it('is the state with his own waiting actions laid over, so that none of them conflicts with another', () => {
    fc.assert(
      fc.property(people, fc.array(people, { maxLength: 6 }), (owner, wishes) => {
        const waiting: SettingBody[] = []
        // Offline, the state on the screen stays what it was.
        for (const wish of wishes) waiting.push(withOwnLaidOver(assign(owner, wish), waiting, null))
        expect(judge(owner, waiting)).toEqual({
          value: wishes.at(-1) ?? (wishes.length > 0 ? null : owner),
          refused: 0,
        })
      }),
    )
  })

  it('is nothing that somebody else did: when the first conflicts, so do those that follow it', () => {
    const waiting = [assign(null, 'mira')]
    waiting.push(withOwnLaidOver(assign(null, 'jonas'), waiting, null))
    expect(waiting[1]).toMatchObject({ seen: 'mira' })
    expect(judge('ada', waiting)).toEqual({ value: 'ada', refused: 2 })
  })

  it('is what the screen says when that is newer than an action that waits', () => {
    expect(withOwnLaidOver(assign('ada', 'jonas'), [assign(null, 'mira')], null)).toMatchObject({
      seen: 'ada',
    })
    const applied = [assign(null, 'mira'), assign('mira', 'jonas')]
    expect(withOwnLaidOver(assign('mira', 'ada'), applied, null)).toMatchObject({ seen: 'jonas' })
  })

  it('is each of the four values, of this incident alone', () => {
    const followUp = (seen: number | null, at: number | null): SettingBody => ({
      kind: 'followUp',
      incidentId,
      seen,
      followUp: at === null ? null : { at, text: 'look again' },
    })
    const cause = (seen: string | null, made: string): SettingBody => ({
      kind: 'setCause',
      incidentId,
      seen,
      cause: made,
    })
    const priority = (seen: 'P1' | 'P3', made: 'P1' | null): SettingBody => ({
      kind: 'prioritise',
      incidentId,
      seen,
      priority: made,
    })
    const waiting = [assign(null, 'mira'), followUp(null, 7), cause(null, 'disk'), priority('P3', 'P1')]
    expect(withOwnLaidOver(followUp(null, null), waiting, null)).toMatchObject({ seen: 7 })
    expect(withOwnLaidOver(cause(null, 'power'), waiting, null)).toMatchObject({ seen: 'disk' })
    expect(withOwnLaidOver(priority('P3', null), waiting, null)).toMatchObject({ seen: 'P1' })
    const elsewhere = { ...assign(null, 'ada'), incidentId: randomUUID() }
    expect(withOwnLaidOver(elsewhere, waiting, null)).toEqual(elsewhere)
    // Back to what a rule or the severity says, which is known only while the incident is.
    waiting.push(priority('P1', null))
    expect(withOwnLaidOver(priority('P3', 'P1'), waiting, 'P3')).toMatchObject({ seen: 'P3' })
    expect(withOwnLaidOver(priority('P3', 'P1'), waiting, null)).toMatchObject({ seen: 'P1' })
  })
})
