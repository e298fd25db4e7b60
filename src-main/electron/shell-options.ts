import { parseArgs } from 'node:util'

/** What the app was started with. */
export interface ShellOptions {
  /** Null: Electron's own folder for this app. */
  dataDir: string | null
  standalone: boolean
  demo: boolean
  server: { url: string; token: string } | null
  sqliteBinding: string | null
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the arguments after the program's name. Chromium and Electron have switches of their own, so what is not ours
 * is left alone.
 */
export function readShellOptions(args: readonly string[], env: Environment): ShellOptions {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    options: {
      'data-dir': { type: 'string' },
      standalone: { type: 'boolean' },
      demo: { type: 'boolean' },
      server: { type: 'string' },
    },
  })
  const demo = values['demo'] === true
  const url = textOf(values['server'])
  return {
    dataDir: textOf(values['data-dir']),
    standalone: demo || values['standalone'] === true,
    demo,
    server: url === null ? null : { url, token: env['WATCHFLOOR_TOKEN'] ?? '' },
    sqliteBinding: textOf(env['WATCHFLOOR_SQLITE_BINDING']),
  }
}

function textOf(value: string | boolean | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
