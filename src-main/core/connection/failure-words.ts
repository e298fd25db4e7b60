import type { Ending } from './state-machine.ts'

/** Who answered an attempt with a status instead of a stream. */
export interface Answerer {
  /** True when the answer has the form of a Watchfloor server's; else it may be anybody's on the way. */
  isWatchfloor: boolean
  /** The proxy of the attempt, as `proxyName` writes it; null on the direct way. */
  proxy: string | null
  /** True when the proxy itself refused (its answer to CONNECT). */
  isProxy: boolean
  /** True when the attempt showed the proxy a login. */
  hasLogin: boolean
}

export const direct: Answerer = { isWatchfloor: true, proxy: null, isProxy: false, hasLogin: false }

/** What an operator reads when an attempt is refused, and whether trying again by itself makes sense. */
export function endingOfStatus(status: number, retryAfterMs: number | null, by: Answerer = direct): Ending {
  if (status === 407) return loginAsked(by)
  if (by.isProxy) {
    const message = `the proxy at ${by.proxy ?? 'the address given'} does not let this through (status ${status})`
    return { message, retry: 'later', retryAfterMs, isBlocked: true }
  }
  if (by.isWatchfloor) {
    if (status === 401) return never('the server does not know this token: enter another one')
    if (status === 403) return never('this token may not read')
  }
  switch (status) {
    case 404:
      return blocked('there is a server at this address, but it is no Watchfloor')
    case 502:
    case 504:
      return blocked('a proxy is there, but the server behind it does not answer')
    case 429:
    case 503: {
      const ending: Ending = {
        message: 'the server takes no new connections at the moment',
        retry: 'later',
        retryAfterMs,
      }
      return by.isWatchfloor ? ending : { ...ending, isBlocked: true }
    }
    default:
      return blocked(
        by.isWatchfloor
          ? `the server answered ${status} instead of opening the stream`
          : `something on the way answered ${status} instead of the server`,
      )
  }
}

function loginAsked({ proxy, hasLogin }: Answerer): Ending {
  const name = proxy ?? 'the address given'
  const asked = proxy === null ? {} : { proxyAsksLogin: proxy }
  // A wrong password again and again locks accounts.
  if (hasLogin) return { ...never(`the proxy at ${name} does not accept the login`), ...asked }
  return { message: `the proxy at ${name} asks for a login`, retry: 'later', retryAfterMs: null, ...asked }
}

/** Errors of the network itself; with a proxy they are about the way to the proxy. */
const networkWords: Record<string, (who: string) => string> = {
  ECONNREFUSED: (who) => `nothing answers at the address of ${who}`,
  ECONNRESET: () => 'the connection was cut',
  EPIPE: () => 'the connection was cut',
  ENOTFOUND: (who) => `the name of ${who} is not known`,
  EAI_AGAIN: (who) => `the name of ${who} cannot be looked up at the moment`,
  ETIMEDOUT: (who) => `${who} does not answer`,
  EHOSTUNREACH: (who) => `there is no way to ${who}`,
  ENETUNREACH: () => 'there is no network',
}

const authority = 'the certificate of the server is from an authority that this machine does not know'
const words: Record<string, string> = {
  CERT_HAS_EXPIRED: 'the certificate of the server has expired',
  CERT_NOT_YET_VALID: 'the certificate of the server is not valid yet: is the clock of this machine right?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of the server is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: authority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: authority,
  UNABLE_TO_GET_ISSUER_CERT: authority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: authority,
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of the server is for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS at this address: is it http:// instead?',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the server asks for a client certificate',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE:
    'the server refuses the TLS handshake: it may want a client certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the server does not accept the client certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'the server does not accept the client certificate',
}

/** These may be a middlebox that does not let the stream pass, as well as a server that has just died. */
const blockedCodes = /^(ECONNRESET|EPIPE|HPE_.*|WS_ERR_.*)$/

export function endingOfError(error: Error, proxy: string | null = null): Ending {
  const code = 'code' in error ? String(error.code) : ''
  const who = proxy === null ? 'the server' : `the proxy at ${proxy}`
  const message = networkWords[code]?.(who) ?? words[code] ?? `the connection failed (${error.message})`
  const ending: Ending = { message, retry: 'later', retryAfterMs: null }
  // An answer to the upgrade that makes no sense has no code: the library says it in words only.
  return code === '' || blockedCodes.test(code) ? { ...ending, isBlocked: true } : ending
}

/** A proxy's address without its login, as people and the operator's answer name it. */
export function proxyName(proxyUrl: string): string {
  const { protocol, host } = new URL(proxyUrl)
  return `${protocol}//${host}`
}

function never(message: string): Ending {
  return { message, retry: 'never', retryAfterMs: null }
}

function blocked(message: string): Ending {
  return { message, retry: 'later', retryAfterMs: null, isBlocked: true }
}
