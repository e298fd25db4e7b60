import { parseArgs } from 'node:util'
import type { CertificateOptions } from '../core/connection/certificates.ts'

/** What the app was started with. */
export interface ShellOptions {
  /** Null: Electron's own folder for this app. */
  dataDir: string | null
  standalone: boolean
  demo: boolean
  server: { url: string; token: string } | null
  /** Certificates beside those that the machine trusts; PEM files. */
  tls: CertificateOptions
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
      ca: { type: 'string' },
      cert: { type: 'string' },
      key: { type: 'string' },
    },
  })
  const demo = values['demo'] === true
  const url = textOf(values['server'])
  const [caFile, certFile, keyFile] = [textOf(values['ca']), textOf(values['cert']), textOf(values['key'])]
  const passphrase = textOf(env['WATCHFLOOR_KEY_PASSPHRASE'])
  return {
    dataDir: textOf(values['data-dir']),
    standalone: demo || values['standalone'] === true,
    demo,
    server: url === null ? null : { url, token: env['WATCHFLOOR_TOKEN'] ?? '' },
    tls: {
      ...(caFile === null ? {} : { caFile }),
      ...(certFile === null ? {} : { certFile }),
      ...(keyFile === null ? {} : { keyFile }),
      ...(passphrase === null ? {} : { passphrase }),
    },
    sqliteBinding: textOf(env['WATCHFLOOR_SQLITE_BINDING']),
  }
}

function textOf(value: string | boolean | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
