import { readFileSync } from 'node:fs'
import * as tls from 'node:tls'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'

/** Certificates beside those that the machine trusts anyway; paths of PEM files. */
export interface CertificateOptions {
  /** A company's own authority. */
  caFile?: string
  /** Who this console is, for servers that ask. */
  certFile?: string
  keyFile?: string
  /** Of the key. */
  passphrase?: string
}

/**
 * What TLS connections trust and show: the runtime's authorities, the system's, and those given. Files are read for
 * each connection, because short-lived certificates are renewed in place. The returned function throws with words
 * for people.
 */
export function createCertificates(options: CertificateOptions): () => SecureContext {
  let usual: SecureContext | null = null
  // The system's list may take long to read, and does not change under a running program.
  let authorities: string[] | null = null
  const knownAuthorities = (): string[] => (authorities ??= readAuthorities())
  const { caFile, certFile, keyFile, passphrase } = options
  const hasFiles = caFile !== undefined || certFile !== undefined || keyFile !== undefined
  return () => {
    if (!hasFiles) return (usual ??= createSecureContext({ ca: knownAuthorities() }))
    const ca = caFile === undefined ? [] : [read(caFile)]
    const cert = certFile === undefined ? {} : { cert: read(certFile) }
    const key = keyFile === undefined ? {} : { key: read(keyFile) }
    const secret = passphrase === undefined ? {} : { passphrase }
    try {
      return createSecureContext({ ca: [...knownAuthorities(), ...ca], ...cert, ...key, ...secret })
    } catch (error) {
      throw new Error(`the certificates cannot be used (${messageOf(error)})`, { cause: error })
    }
  }
}

/**
 * `default` has the runtime's own and NODE_EXTRA_CA_CERTS. An Electron before 36 has a Node that cannot read the
 * system's, and must still start.
 */
function readAuthorities(): string[] {
  if (!('getCACertificates' in tls)) return [...rootCertificates]
  return [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])]
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`a certificate file cannot be read (${messageOf(error)})`, { cause: error })
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
