import { powerMonitor } from 'electron'
import type { Power, PowerEvent } from '../core/ports.ts'

/** The operating system's sleep and lock, as it says them. */
export const systemPower: Power = {
  onEvent: (listener) => {
    const say = (event: PowerEvent) => () => listener(event)
    const [suspend, resume, lock, unlock] = [say('suspend'), say('resume'), say('lock'), say('unlock')]
    powerMonitor.on('suspend', suspend)
    powerMonitor.on('resume', resume)
    powerMonitor.on('lock-screen', lock)
    powerMonitor.on('unlock-screen', unlock)
    return () => {
      powerMonitor.off('suspend', suspend)
      powerMonitor.off('resume', resume)
      powerMonitor.off('lock-screen', lock)
      powerMonitor.off('unlock-screen', unlock)
    }
  },
}
