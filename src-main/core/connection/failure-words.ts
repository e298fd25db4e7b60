import type { Ending } from './state-machine.ts'

/** What an operator reads when an attempt fails, and whether trying again by itself makes sense. */
export function endingOfStatus(status: number, retryAfterMs: number | null): Ending {
  const later = (message: string): Ending => ({ message, retry: 'later', retryAfterMs })
  const never = (message: string): Ending => ({ message, retry: 'never', retryAfterMs: null })
  switch (status) {
    case 401:
      return never('the server does not know this token: enter another one')
    case 403:
      return never('this token may not read')
    case 404:
      return later('there is a server at this address, but it is no Watchfloor')
    case 407:
      return later('the proxy asks for a login')
    case 503:
      return later('the server takes no new connections at the moment')
    default:
      return later(`the server answered ${status} instead of opening the stream`)
  }
}

const words: Record<string, string> = {
  ECONNREFUSED: 'nothing answers at the address of the server',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'the name of the server is not known',
  EAI_AGAIN: 'the name of the server cannot be looked up at the moment',
  ETIMEDOUT: 'the server does not answer',
  EHOSTUNREACH: 'there is no way to the server',
  ENETUNREACH: 'there is no network',
  CERT_HAS_EXPIRED: 'the certificate of the server has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of the server is signed by itself',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate of the server is not from a known authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of the server is for another name',
}

export function endingOfError(error: Error): Ending {
  const code = 'code' in error ? String(error.code) : ''
  const message = words[code] ?? `the connection failed (${error.message})`
  return { message, retry: 'later', retryAfterMs: null }
}
