import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeTooOld } from '../../src-shared/needed-node.ts'
import { createConsole } from '../core/console.ts'
import { localOperatorName } from '../core/local-operator.ts'
import type { ConsolePorts, Log } from '../core/ports.ts'
import { SupervisedServer } from '../core/supervised-server.ts'
import { systemClock } from '../core/system-clock.ts'
import { systemRandomness } from '../core/system-randomness.ts'
import { launchChildServer } from './child-server.ts'
import { helpText, readCommandLine, type WebOptions } from './command-line.ts'
import { createFileSecrets } from './file-secrets.ts'
import { createInterfaceNetwork } from './interface-network.ts'
import { createEnvironmentProxies } from './proxy-from-environment.ts'
import { startWebHost } from './web-host.ts'

const usageExitCode = 2
/** Run from its source, or from dist/web/. */
const isSource = import.meta.url.endsWith('.ts')

const log: Log = (level, message, fields) => {
  if (level !== 'debug') console.error(JSON.stringify({ level, message, ...fields }))
}

async function main(): Promise<void> {
  const tooOld = nodeTooOld(process.versions)
  if (tooOld !== null) throw new Error(tooOld)
  const line = readCommandLine(process.argv.slice(2), process.env)
  if (!line.ok) {
    console.error(`${line.message}\nTry --help.`)
    process.exitCode = usageExitCode
  } else if (line.value === 'help') {
    console.log(helpText)
  } else {
    await serve(line.value)
  }
}

async function serve(options: WebOptions): Promise<void> {
  const { dataDir, standalone, demo, server, tls, json } = options
  const binding = process.env['WATCHFLOOR_SQLITE_BINDING']
  const served = await createConsole(portsOf(dataDir), {
    dataDir,
    shell: 'web',
    tls,
    ...(isSource ? {} : { workerUrl: new URL('../core/store-worker.js', import.meta.url) }),
    ...(binding === undefined || binding === '' ? {} : { nativeBinding: binding }),
    ...(standalone ? { standalone: { demo } } : {}),
    ...(server === null ? {} : { site: server }),
  })
  const rendererDir = fileURLToPath(
    new URL(isSource ? '../../dist/renderer' : '../renderer', import.meta.url),
  )
  const host = await startWebHost(served, { port: options.port, rendererDir }).catch(
    async (error: unknown) => {
      await served.close()
      throw error
    },
  )
  let isStopping = false
  const stop = (): void => {
    if (isStopping) return
    isStopping = true
    void host
      .close()
      .then(() => served.close())
      .then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  const url = host.entryUrl()
  console.log(json ? JSON.stringify({ ready: true, url, pid: process.pid }) : `Watchfloor is at ${url}`)
}

function portsOf(dataDir: string): ConsolePorts {
  const entry = fileURLToPath(
    new URL(isSource ? '../../src-server/main.ts' : '../server/main.js', import.meta.url),
  )
  const never = (): (() => void) => () => undefined
  return {
    clock: systemClock,
    randomness: systemRandomness,
    // The page shows what was decided; the process has no screen of its own.
    notifier: { show: () => Promise.resolve({ shown: true }), onClick: never },
    secrets: createFileSecrets(join(dataDir, 'secrets.json')),
    power: { onEvent: never },
    network: createInterfaceNetwork(systemClock),
    proxies: createEnvironmentProxies(process.env),
    localServer: new SupervisedServer({
      launch: (args, env) => launchChildServer(entry, args, env),
      dataDir: join(dataDir, 'server'),
      token: `wf_${randomBytes(32).toString('base64url')}`,
      operatorName: localOperatorName(),
      clock: systemClock,
      log,
    }),
    log,
  }
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
