import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { CertificateOptions } from '../core/connection/certificates.ts'
import { failure, success, type Result } from '../../src-shared/domain/result.ts'

export interface WebOptions {
  /** 0: any free port. */
  port: number
  dataDir: string
  standalone: boolean
  demo: boolean
  server: { url: string; token: string } | null
  /** Certificates beside those that the machine trusts; PEM files. */
  tls: CertificateOptions
  /** One JSON line when ready, instead of a sentence. */
  json: boolean
}

export const helpText = `Usage: npm run web -- [options]

Serves the Watchfloor console to a browser on this machine.

  --port N          listen here (0, the default: any free port)
  --data-dir DIR    keep cache and settings here (default: ~/.watchfloor/web)
  --standalone      start the bundled incident server and follow it
  --demo            the same with its demo estate (implies --standalone)
  --server URL      follow this server; its token comes from WATCHFLOOR_TOKEN
  --ca FILE         trust this certificate authority too (PEM)
  --cert FILE       show this client certificate to servers that ask for one (PEM)
  --key FILE        its key; an encrypted one opens with WATCHFLOOR_KEY_PASSPHRASE
  --json            print one JSON line when ready: {"ready":true,"url":…}
  --help            print this

Environment:
  WATCHFLOOR_TOKEN           the token for --server
  WATCHFLOOR_KEY_PASSPHRASE  opens the key given with --key
  https_proxy, no_proxy, …   the proxy to use and what is reached without one
  WATCHFLOOR_SQLITE_BINDING  a better-sqlite3 binding to use instead of the packaged one`

/** Understands the arguments (without node and the script); fails with what is wrong with them. */
export function readCommandLine(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<WebOptions | 'help', 'invalidUsage'> {
  let values
  try {
    values = parseArgs({ args: [...args], options, strict: true }).values
  } catch (error) {
    return failure('invalidUsage', error instanceof Error ? error.message : String(error))
  }
  if (values.help === true) return success('help')
  const port = Number(values.port ?? 0)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    return failure('invalidUsage', `--port must be a number from 0 to 65535, not ${values.port ?? ''}`)
  const server = serverOf(values.server, env['WATCHFLOOR_TOKEN'])
  if (!server.ok) return server
  const passphrase = env['WATCHFLOOR_KEY_PASSPHRASE']
  if ((values.cert === undefined) !== (values.key === undefined))
    return failure('invalidUsage', '--cert and --key belong together')
  return success({
    port,
    dataDir: values['data-dir'] ?? join(homedir(), '.watchfloor', 'web'),
    standalone: values.standalone === true || values.demo === true,
    demo: values.demo === true,
    server: server.value,
    tls: {
      ...(values.ca === undefined ? {} : { caFile: values.ca }),
      ...(values.cert === undefined ? {} : { certFile: values.cert }),
      ...(values.key === undefined ? {} : { keyFile: values.key }),
      ...(passphrase === undefined || passphrase === '' ? {} : { passphrase }),
    },
    json: values.json === true,
  })
}

const options = {
  port: { type: 'string' },
  'data-dir': { type: 'string' },
  standalone: { type: 'boolean' },
  demo: { type: 'boolean' },
  server: { type: 'string' },
  ca: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

function serverOf(
  url: string | undefined,
  token: string | undefined,
): Result<WebOptions['server'], 'invalidUsage'> {
  if (url === undefined) return success(null)
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return failure(
      'invalidUsage',
      `--server must be an address that starts with http:// or https://, not ${url}`,
    )
  if (token === undefined || token === '')
    return failure('invalidUsage', '--server needs the token for that server in WATCHFLOOR_TOKEN')
  return success({ url, token })
}
