import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { SecureContext } from 'node:tls'
import { HttpProxyAgent } from 'http-proxy-agent'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { SocksProxyAgent } from 'socks-proxy-agent'

export interface RouteOptions {
  /** The server's address. */
  url: string
  /** With its login, if it wants one; null: the direct way. */
  proxyUrl: string | null
  /** Set for https. */
  secureContext: SecureContext | null
  /** True: through the proxy by CONNECT, which a WebSocket needs whatever the scheme. */
  isTunnel: boolean
  signal: AbortSignal
}

/** The way that the requests of one connection take. Destroyed with the signal, whatever state it is in. */
export interface Route {
  agent: HttpAgent
  /** For the request itself: proxies' agents take it from there. */
  secure: { secureContext?: SecureContext }
  /** The proxy's own refusal (its answer to CONNECT); null when it let everything pass. */
  proxyStatus: () => number | null
}

export function createRoute({ url, proxyUrl, secureContext, isTunnel, signal }: RouteOptions): Route {
  const secure = secureContext ? { secureContext } : {}
  const isHttps = new URL(url).protocol === 'https:'
  let proxyStatus: number | null = null
  let agent: HttpAgent
  if (proxyUrl === null) {
    agent = isHttps ? new HttpsAgent({ keepAlive: true, ...secure }) : new HttpAgent({ keepAlive: true })
  } else if (proxyUrl.startsWith('socks')) {
    agent = new SocksProxyAgent(proxyUrl, { keepAlive: true })
  } else if (isHttps || isTunnel) {
    agent = new HttpsProxyAgent(proxyUrl, { keepAlive: true, signal })
    agent.on('proxyConnect', ({ statusCode }: { statusCode: number }) => {
      proxyStatus = statusCode === 200 ? null : statusCode
    })
  } else {
    agent = new HttpProxyAgent(proxyUrl, { keepAlive: true, signal })
  }
  signal.addEventListener('abort', () => agent.destroy())
  return { agent, secure, proxyStatus: () => proxyStatus }
}

/** Within a machine bytes cost less than compressing them. */
export function isThisMachine(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}
