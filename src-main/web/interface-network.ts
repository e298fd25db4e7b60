import { networkInterfaces } from 'node:os'
import type { Clock, Network } from '../core/ports.ts'

/** How often the machine's addresses are looked at, in ms. */
const lookEveryMs = 2_000

/** Addresses of this machine that others could reach. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address)
}

/** Tells that the network is back, or another, when the machine has an address that it did not have before. */
export function createInterfaceNetwork(clock: Clock, read: () => string[] = ownAddresses): Network {
  return {
    onReturn: (listener) => {
      let known = new Set(read())
      const look = (): void => {
        const now = read()
        const hasNew = now.some((address) => !known.has(address))
        known = new Set(now)
        cancel = clock.setTimer(lookEveryMs, look)
        if (hasNew) listener()
      }
      let cancel = clock.setTimer(lookEveryMs, look)
      return () => cancel()
    },
  }
}
