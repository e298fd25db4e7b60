import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Board, MethodInput, MethodName, MethodOutput } from '../../src-shared/console-api.ts'
import type {
  IncidentDetail,
  IncidentRow,
  NotifyDecision,
  SettledAction,
} from '../../src-shared/console-views.ts'
import { createConsole, type Console, type ConsoleOptions } from '../../src-main/core/console.ts'
import { Listeners } from '../../src-main/core/listeners.ts'
import type { ConsolePorts, Notification, PowerEvent } from '../../src-main/core/ports.ts'
import { systemClock } from '../../src-main/core/system-clock.ts'
import { systemRandomness } from '../../src-main/core/system-randomness.ts'

export interface TestConsole {
  console: Console
  dataDir: string
  /** The list as a renderer would have it now. */
  rows: Map<string, IncidentRow>
  settled: SettledAction[]
  decisions: NotifyDecision[]
  /** The newest detail that was told. */
  detail(): IncidentDetail | null
  /** How many `changes` events came. */
  changesCount(): number
  shown: Notification[]
  logged: string[]
  power: Listeners<PowerEvent>
  call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>>
  board(): Promise<Board>
  close(): Promise<void>
  dispose(): Promise<void>
}

export interface TestConsoleOptions {
  dataDir?: string
  site?: { url: string; token: string }
  standalone?: { demo: boolean }
  ports?: Partial<ConsolePorts>
  tls?: ConsoleOptions['tls']
}

/** A real core with a real store, and ports that remember what they were told. */
export async function startTestConsole(options: TestConsoleOptions = {}): Promise<TestConsole> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'watchfloor-core-')))
  const shown: Notification[] = []
  const logged: string[] = []
  const secrets = new Map<string, string>()
  const power = new Listeners<PowerEvent>()
  const none = (): (() => void) => () => undefined
  const console = await createConsole(
    {
      clock: systemClock,
      randomness: systemRandomness,
      notifier: {
        show: (notification) => {
          shown.push(notification)
          return Promise.resolve({ shown: true })
        },
        onClick: none,
      },
      secrets: {
        read: (key) => Promise.resolve(secrets.get(key) ?? null),
        write: (key, value) => Promise.resolve(void secrets.set(key, value)),
        remove: (key) => Promise.resolve(void secrets.delete(key)),
      },
      power: { onEvent: (listener) => power.add(listener) },
      network: { onReturn: none },
      proxies: { proxyFor: () => Promise.resolve(null) },
      localServer: null,
      log: (level, message, fields) =>
        void logged.push(`${level}: ${message} ${JSON.stringify(fields ?? {})}`),
      ...options.ports,
    },
    {
      dataDir,
      shell: 'web',
      ...(options.site ? { site: options.site } : {}),
      ...(options.standalone ? { standalone: options.standalone } : {}),
      ...(options.tls ? { tls: options.tls } : {}),
    },
  )
  const rows = new Map<string, IncidentRow>()
  const settled: SettledAction[] = []
  const decisions: NotifyDecision[] = []
  let detail: IncidentDetail | null = null
  let changesCount = 0
  console.on('changes', (changes) => {
    changesCount += 1
    if (changes.resetRows) rows.clear()
    for (const row of changes.rows) rows.set(row.id, row)
    for (const id of changes.removed) rows.delete(id)
    settled.push(...changes.settled)
    decisions.push(...changes.decisions)
    if (changes.detail) detail = changes.detail
  })
  const call = async <M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>> => {
    const answer = await console.call(method, input)
    if (!answer.ok) throw new Error(`${method}: ${answer.message}`)
    return answer.value as MethodOutput<M>
  }
  const board = (): Promise<Board> => call('openBoard', {})
  for (const row of (await board()).rows) rows.set(row.id, row)
  return {
    console,
    dataDir,
    rows,
    settled,
    decisions,
    detail: () => detail,
    changesCount: () => changesCount,
    shown,
    logged,
    power,
    call,
    board,
    close: () => console.close(),
    dispose: async () => {
      await console.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Waits until it holds; the failure says what did not. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 20_000,
): Promise<void> {
  const end = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`still not so after ${withinMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
