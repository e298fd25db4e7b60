import { expect, it } from 'vitest'
import { createInterfaceNetwork } from '../../src-main/web/interface-network.ts'

it('says that the network is back when the machine has an address again, and only then', () => {
  let due: (() => void) | null = null
  const setTimer = (_afterMs: number, run: () => void) => {
    due = run
    return () => {
      due = null
    }
  }
  const clock = { now: () => 0, monotonic: () => 0, setTimer }
  let addresses = ['10.0.0.7']
  let returns = 0
  const stop = createInterfaceNetwork(clock, () => addresses).onReturn(() => (returns += 1))
  const look = (now: string[]) => {
    addresses = now
    due?.()
    return returns
  }
  expect(look(['10.0.0.7'])).toBe(0)
  expect(look([])).toBe(0)
  expect(look(['10.0.0.7'])).toBe(1)
  expect(look(['10.0.0.7', 'fd00::7'])).toBe(2)
  stop()
  expect(due).toBeNull()
})
