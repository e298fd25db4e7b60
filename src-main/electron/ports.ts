import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { ConsolePorts, Log } from '../core/ports.ts'
import { localOperatorName } from '../core/local-operator.ts'
import { SupervisedServer } from '../core/supervised-server.ts'
import { systemClock } from '../core/system-clock.ts'
import { systemRandomness } from '../core/system-randomness.ts'
import { createSystemNetwork } from './network.ts'
import { NativeNotifier } from './notifier.ts'
import { systemPower } from './power.ts'
import { systemProxies } from './proxies.ts'
import { createKeychainSecrets } from './secrets.ts'
import { launchUtilityServer } from './utility-server.ts'

export const log: Log = (level, message, fields) => {
  if (level !== 'debug') console.error(JSON.stringify({ level, message, ...fields }))
}

export interface PortOptions {
  dataDir: string
  serverEntry: string
  icon: string
}

/** Electron's side of everything that the core asks of the world around it. */
export function createElectronPorts({ dataDir, serverEntry, icon }: PortOptions): ConsolePorts {
  return {
    clock: systemClock,
    randomness: systemRandomness,
    notifier: new NativeNotifier({ clock: systemClock, icon }),
    secrets: createKeychainSecrets(join(dataDir, 'secrets.json'), log),
    power: systemPower,
    network: createSystemNetwork(systemClock),
    proxies: systemProxies,
    localServer: new SupervisedServer({
      launch: (args, env) => launchUtilityServer(serverEntry, args, env),
      dataDir: join(dataDir, 'server'),
      token: `wf_${randomBytes(32).toString('base64url')}`,
      operatorName: localOperatorName(),
      clock: systemClock,
      log,
    }),
    log,
  }
}
