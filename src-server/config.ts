import * as z from 'zod'
import { longestAckMs } from '../src-shared/domain/command.ts'
import { streamDefaults } from '../src-shared/protocol/limits.ts'
import { failure, success, type Result } from '../src-shared/domain/result.ts'

const count = z.coerce.number().int().min(1)
const milliseconds = count.max(86_400_000)
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)
const flag = z.union(
  [z.boolean(), z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1')],
  { error: 'must be true or false' },
)

/** The server's configuration: one schema for flags, environment and tests. All times in milliseconds. */
export const configSchema = z.object({
  /** 0: a free one. */
  port: z.coerce.number().int().min(0).max(65_535).default(7710),
  host: z.string().min(1).default('127.0.0.1'),
  dataDir: z.string().min(1).default('watchfloor-data'),
  /** A first admin token, so that others can be made over HTTP later. */
  bootstrapToken: z.string().min(16, 'must have at least 16 characters').optional(),
  /** Whom that token names. */
  bootstrapName: z.string().min(1).max(200).default('bootstrap'),
  allowOrigin: list.prefault(''),
  heartbeatMs: milliseconds.default(streamDefaults.heartbeatMs),
  staleMs: milliseconds.default(streamDefaults.staleMs),
  deadMs: milliseconds.default(streamDefaults.deadMs),
  helloMs: milliseconds.default(streamDefaults.helloMs),
  pollHoldMs: milliseconds.default(streamDefaults.pollHoldMs),
  handshakesPerSecond: count.default(streamDefaults.maxHandshakesPerSecond),
  maxConnections: count.default(streamDefaults.maxConnections),
  drainMs: z.coerce.number().int().min(0).default(2_000),
  compressLive: flag.default(false),
  /** How long all alerts of an incident have to be closed before it resolves itself. */
  settleMs: z.coerce.number().int().min(0).default(30_000),
  /** How long a flapping incident has to stay without a reopening before it resolves itself, and an alert milder to be so. */
  flapSettleMs: z.coerce.number().int().min(0).default(300_000),
  /** Within this after its end a repeated trigger reopens an incident. */
  reopenMs: z.coerce.number().int().min(0).default(300_000),
  /** An acknowledgement ends by itself after this, unless somebody acts on the incident before; 0: never. */
  ackTimeoutMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(longestAckMs)
    .default(30 * 60_000),
  /** A JSON file of correlation rules, tried before the built-in ones. */
  rules: z.string().min(1).optional(),
  /** A JSON file of rules that say which service an event is about, tried before the built-in ones. */
  serviceRules: z.string().min(1).optional(),
  /** How long an incident has to be quiet after opening before it is summarised. */
  summaryQuietMs: z.coerce.number().int().min(0).default(20_000),
  /** How long the log goes back; 0: for ever. */
  logKeepDays: z.coerce.number().min(0).max(36_500).default(30),
  /** At most so many entries; 0: any number. */
  logKeepEntries: z.coerce.number().int().min(0).default(0),
  /** Megabytes (1,000,000 bytes) that the database's pages in use may come to before the log's oldest go; 0: any size. */
  logKeepMb: z.coerce.number().min(0).default(0),
  /** How long the results of a console's commands are kept after its newest one; 0: for ever. */
  resultKeepDays: z.coerce.number().min(0).max(36_500).default(90),
  /** How long it is kept who did what; 0: for ever. */
  auditKeepDays: z.coerce.number().min(0).max(36_500).default(400),
  /** An index beside the log for searches; without it they go through the log itself. */
  searchIndex: flag.default(true),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  sqliteBinding: z.string().min(1).optional(),
  sqliteSynchronous: z.enum(['FULL', 'NORMAL']).default('FULL'),
  demo: flag.default(false),
  /** How many times faster than written the demo plays its story. */
  demoSpeed: z.coerce.number().min(1).max(60).default(1),
  withParent: flag.default(false),
})
export type ServerConfig = z.output<typeof configSchema>
export type ConfigName = keyof ServerConfig

interface OptionWords {
  help: string
  /** Only in the environment: secrets have no place on a command line that everybody can list. */
  isEnvOnly?: true
  isSwitch?: true
}

export const optionWords = {
  port: { help: 'port to listen on; 0 takes a free one' },
  host: { help: 'address to listen on' },
  dataDir: { help: 'folder of the log; made when it is missing' },
  bootstrapToken: { help: 'a first admin token', isEnvOnly: true },
  bootstrapName: { help: 'the name of its operator', isEnvOnly: true },
  allowOrigin: { help: 'origins of web pages that may connect, separated by commas' },
  heartbeatMs: { help: 'an empty batch at least this often' },
  staleMs: { help: 'what clients are told: stale after so long without a word' },
  deadMs: { help: 'a connection is dropped after so long without a word' },
  helloMs: { help: 'time for a client to say hello' },
  pollHoldMs: { help: 'a long poll is held at most this long' },
  handshakesPerSecond: { help: 'WebSocket handshakes let in each second' },
  maxConnections: { help: 'WebSockets open at a time; others are told to come back later' },
  drainMs: { help: 'when stopping, readers are let go over this time' },
  compressLive: {
    help: 'compress live batches too, for thin lines: it costs CPU for each commit',
    isSwitch: true,
  },
  settleMs: { help: 'an incident resolves itself this long after its last alert closed' },
  flapSettleMs: {
    help:
      'a flapping incident resolves itself no sooner than this after its last reopening, ' +
      'and a milder severity counts no sooner than this',
  },
  reopenMs: { help: 'a trigger this soon after the end reopens the incident' },
  ackTimeoutMs: {
    help: 'an acknowledged incident on which nobody acts for so long is triggered again; 0: never',
  },
  rules: { help: 'a JSON file of correlation rules, tried in order before the built-in ones' },
  serviceRules: {
    help: 'a JSON file of rules that name the service of events, tried before the built-in ones',
  },
  summaryQuietMs: { help: 'an incident is summarised after so much quiet' },
  logKeepDays: { help: 'entries older than this are forgotten, but for timelines that go on; 0 keeps all' },
  logKeepEntries: { help: 'entries beyond this many of the newest are forgotten likewise; 0 keeps all' },
  logKeepMb: {
    help: 'while the data takes more megabytes, the oldest entries are forgotten likewise; 0: any size',
  },
  resultKeepDays: {
    help: 'results of commands are forgotten when their console has sent none for so many days; 0 keeps them',
  },
  auditKeepDays: { help: 'records of who did what are forgotten after so many days; 0 keeps all' },
  searchIndex: { help: 'true or false; without an index searches go through the log itself, which is slow' },
  logLevel: { help: 'debug, info, warn, error or silent; logs go to stderr' },
  sqliteBinding: { help: 'path of another build of the SQLite binding', isEnvOnly: true },
  sqliteSynchronous: {
    help: 'FULL or NORMAL; NORMAL can lose answered events at power loss: for tests',
    isEnvOnly: true,
  },
  demo: {
    help: 'play a small estate and the story of a bad night to itself (docs/story.md)',
    isSwitch: true,
  },
  demoSpeed: { help: 'how many times faster the demo plays its story, 1 to 60' },
  withParent: { help: 'stop when the process that started it is gone', isSwitch: true },
} as const satisfies Record<ConfigName, OptionWords>

export const configNames = Object.keys(optionWords) as ConfigName[]

/** `dataDir` → `data-dir`. */
export function flagName(name: ConfigName): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** `dataDir` → `WATCHFLOOR_DATA_DIR`. */
export function envName(name: ConfigName): string {
  return `WATCHFLOOR_${flagName(name).replaceAll('-', '_').toUpperCase()}`
}

/** Flags win over the environment, the environment over defaults. A failure names the flag and its variable. */
export function readConfig(
  flags: Readonly<Partial<Record<ConfigName, string | boolean>>>,
  env: Readonly<Record<string, string | undefined>>,
): Result<ServerConfig, 'invalidConfig'> {
  const given: Partial<Record<ConfigName, string | boolean>> = {}
  for (const name of configNames) {
    const fromEnv = env[envName(name)]
    const value = flags[name] ?? (fromEnv === '' ? undefined : fromEnv)
    if (value !== undefined) given[name] = value
  }
  const parsed = configSchema.safeParse(given)
  if (parsed.success) return success(parsed.data)
  const lines = parsed.error.issues.map((issue) => {
    const name = configNames.find((known) => known === issue.path[0])
    return name ? `--${flagName(name)} (${envName(name)}): ${issue.message}` : issue.message
  })
  return failure('invalidConfig', lines.join('\n'))
}
