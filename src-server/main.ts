import { createRandomIds } from './random-id.ts'
import { nodeTooOld } from '../src-shared/needed-node.ts'
import { runBackup, runRestore } from './cli/backup-command.ts'
import { helpText, readCommandLine } from './cli/command-line.ts'
import { runTokensTask } from './cli/tokens-command.ts'
import { createSystemClock } from './clock.ts'
import type { ServerConfig } from './config.ts'
import { demoToken } from './demo/demo-token.ts'
import { startDemo } from './demo/start-demo.ts'
import { createLog } from './create-log.ts'
import { createParentLink } from './parent-link.ts'
import { createServer, type ServerDeps } from './server.ts'

const usageExitCode = 2

async function main(): Promise<void> {
  const tooOld = nodeTooOld(process.versions)
  if (tooOld !== null) throw new Error(tooOld)
  const line = readCommandLine(process.argv.slice(2), process.env)
  if (!line.ok) {
    console.error(`${line.message}\nTry --help.`)
    process.exitCode = usageExitCode
    return
  }
  switch (line.value.command) {
    case 'help':
      return console.log(helpText())
    case 'tokens':
      return runTokensTask(line.value.task, line.value.config)
    case 'backup':
      return runBackup(line.value.file, line.value.config)
    case 'restore':
      return runRestore(line.value.file, line.value.replace, line.value.config)
    case 'serve':
      return serve(line.value.config)
  }
}

async function serve(config: ServerConfig): Promise<void> {
  const log = createLog(config.logLevel)
  const clock = createSystemClock()
  const randomId = createRandomIds(() => clock.now())
  const deps: ServerDeps = { log, clock, random: Math.random, randomId }
  const parent = createParentLink()
  const server = await createServer(config, deps)
  const stopDemo = config.demo
    ? startDemo(server.url, demoToken(server.tokens, config.dataDir), deps)
    : () => undefined
  let isStopping = false
  const stop = (why: string): void => {
    if (isStopping) return
    isStopping = true
    log.info({ why }, 'stopping')
    stopDemo()
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error: String(error) }, 'could not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
  parent.onStop(() => stop('the parent asked for it'))
  if (config.withParent) parent.onGone(() => stop('the parent is gone'))
  const { url, streamUrl, serverId } = server
  const ready = { ready: true, url, streamUrl, pid: process.pid, serverId }
  console.log(JSON.stringify(ready))
  parent.tell(ready)
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
