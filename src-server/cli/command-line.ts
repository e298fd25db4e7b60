import { parseArgs } from 'node:util'
import { failure, success, type Result } from '../../src-shared/domain/result.ts'
import { roles, type Role } from '../../src-shared/protocol/frames.ts'
import {
  configNames,
  configSchema,
  envName,
  flagName,
  optionWords,
  readConfig,
  type ConfigName,
  type ServerConfig,
} from '../config.ts'

export type TokensTask =
  { action: 'create'; name: string; role: Role } | { action: 'list' } | { action: 'revoke'; name: string }

export type CommandLine =
  | { command: 'serve'; config: ServerConfig }
  | { command: 'tokens'; task: TokensTask; config: ServerConfig }
  | { command: 'backup'; file: string; config: ServerConfig }
  | { command: 'restore'; file: string; replace: boolean; config: ServerConfig }
  | { command: 'help' }

/** Names stand in entries of the log, which no console reads when they are longer. */
const longestName = 200

type Outcome = Result<CommandLine, 'invalidUsage'>

/** Understands the command line (without node and the script) together with the environment. */
export function readCommandLine(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Outcome {
  let parsed: { values: Readonly<Record<string, string | boolean | undefined>>; positionals: string[] }
  try {
    parsed = parseArgs({ args: [...args], options: parserOptions(), allowPositionals: true, strict: true })
  } catch (error) {
    return failure('invalidUsage', error instanceof Error ? error.message : String(error))
  }
  const { values, positionals } = parsed
  if (values['help'] === true) return success({ command: 'help' })
  const flags: Partial<Record<ConfigName, string | boolean>> = {}
  for (const name of configNames) {
    const value = values[flagName(name)]
    if (value !== undefined) flags[name] = value
  }
  const config = readConfig(flags, env)
  if (!config.ok) return failure('invalidUsage', config.message)
  const [command = 'server', action, ...rest] = positionals
  if (rest.length > 0) return failure('invalidUsage', `unexpected: ${rest.join(' ')}`)
  if (command === 'server' && action === undefined) return success({ command: 'serve', config: config.value })
  if (command === 'backup' || command === 'restore') {
    if (action === undefined || action === '') return failure('invalidUsage', `${command} needs a file`)
    const task = { file: action, config: config.value }
    if (command === 'backup') return success({ command, ...task })
    return success({ command, ...task, replace: values['replace'] === true })
  }
  if (command !== 'tokens') return failure('invalidUsage', `unknown command ${positionals.join(' ')}`)
  const task = readTokensTask(action, values)
  return task.ok ? success({ command: 'tokens', task: task.value, config: config.value }) : task
}

function readTokensTask(
  action: string | undefined,
  values: Readonly<Record<string, string | boolean | undefined>>,
): Result<TokensTask, 'invalidUsage'> {
  const { name, role } = values
  switch (action) {
    case 'list':
      return success({ action })
    case 'create': {
      const known = roles.find((candidate) => candidate === role)
      if (typeof name !== 'string' || name.trim() === '')
        return failure('invalidUsage', 'tokens create needs --name')
      if (name.length > longestName)
        return failure('invalidUsage', `--name has ${name.length} characters, ${longestName} is the most`)
      // A tab or a new line in it would be read as the end of it, where tokens are listed.
      if (/\p{Cc}/u.test(name))
        return failure('invalidUsage', '--name has a tab, a new line or the like in it')
      if (!known) return failure('invalidUsage', `tokens create needs --role, one of ${roles.join(', ')}`)
      return success({ action, name, role: known })
    }
    case 'revoke':
      if (typeof name !== 'string' || name === '')
        return failure('invalidUsage', 'tokens revoke needs --name')
      return success({ action, name })
    default:
      return failure('invalidUsage', 'use: tokens create, tokens list or tokens revoke')
  }
}

function parserOptions(): Record<string, { type: 'string' | 'boolean'; short?: string }> {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    help: { type: 'boolean', short: 'h' },
    name: { type: 'string' },
    role: { type: 'string' },
    replace: { type: 'boolean' },
  }
  for (const name of configNames) {
    const words = optionWords[name]
    if (!('isEnvOnly' in words))
      options[flagName(name)] = { type: 'isSwitch' in words ? 'boolean' : 'string' }
  }
  return options
}

/** The text of `--help`. */
export function helpText(): string {
  const flags = configNames.filter((name) => !('isEnvOnly' in optionWords[name]))
  const envOnly = configNames.filter((name) => 'isEnvOnly' in optionWords[name])
  const line = (left: string, right: string): string => `  ${left.padEnd(26)} ${right}`
  const defaults = configSchema.parse({})
  const withDefault = (name: ConfigName): string => {
    const value = String(defaults[name] ?? '')
    // A switch is off until it is given.
    return value === '' || 'isSwitch' in optionWords[name]
      ? optionWords[name].help
      : `${optionWords[name].help} [${value}]`
  }
  return [
    'Watchfloor incident server',
    '',
    'Usage:',
    '  server [options]                                     takes events, serves consoles',
    '  server tokens create --data-dir DIR --name N --role R   prints a new token, nothing else',
    '  server tokens list --data-dir DIR',
    '  server tokens revoke --data-dir DIR --name N         revokes all tokens of this name',
    '  server backup FILE --data-dir DIR                    copies the log as it is now, and checks the copy',
    '  server restore FILE --data-dir DIR [--replace]       puts a backup into a folder; consoles start from it anew',
    '',
    `Roles: ${roles.join(', ')}. Token commands and backups work while the server runs.`,
    '',
    'Options, defaults in brackets (each can also be given in the environment: --data-dir is WATCHFLOOR_DATA_DIR):',
    ...flags.map((name) => line(`--${flagName(name)}`, withDefault(name))),
    line('--help', 'this text'),
    '',
    'Environment only:',
    ...envOnly.map((name) => line(envName(name), withDefault(name))),
    '',
  ].join('\n')
}
