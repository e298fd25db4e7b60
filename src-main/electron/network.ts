import { net } from 'electron'
import type { Cancel, Clock, Network } from '../core/ports.ts'

/** Electron's main process can be asked whether there is a network, but does not say when there is one again; in ms. */
const lookEveryMs = 2_000

export function createSystemNetwork(clock: Clock): Network {
  return {
    onReturn: (listener) => {
      let wasOnline = net.isOnline()
      let cancel: Cancel
      const look = () => {
        const isOnline = net.isOnline()
        if (isOnline && !wasOnline) listener()
        wasOnline = isOnline
        cancel = clock.setTimer(lookEveryMs, look)
      }
      cancel = clock.setTimer(lookEveryMs, look)
      return () => cancel()
    },
  }
}
