import type { Proxies, Secrets } from '../ports.ts'
import { proxyName } from './failure-words.ts'

export interface ProxyLogin {
  /** `http://host:port`, as `Freshness.proxyAsksLogin` names it. */
  proxy: string
  user: string
  password: string
}

/** Proxies with the logins that the operator gave; one that is part of a proxy's own address goes before. */
export class ProxyLogins implements Proxies {
  readonly #proxies: Proxies
  readonly #secrets: Secrets

  constructor(proxies: Proxies, secrets: Secrets) {
    this.#proxies = proxies
    this.#secrets = secrets
  }

  async proxyFor(url: string): Promise<string | null> {
    const named = await this.#proxies.proxyFor(url)
    if (named === null) return null
    const proxy = new URL(named)
    if (proxy.username !== '') return named
    const stored = await this.#secrets.read(secretKey(named))
    if (stored === null) return named
    // Both are kept as an address keeps them, so that no character of a password is a separator.
    const [user = '', password = ''] = stored.split(':')
    proxy.username = decodeURIComponent(user)
    proxy.password = decodeURIComponent(password)
    return proxy.href
  }

  /** Rejects when the shell cannot keep it. */
  async set({ proxy, user, password }: ProxyLogin): Promise<void> {
    await this.#secrets.write(secretKey(proxy), `${encodeURIComponent(user)}:${encodeURIComponent(password)}`)
  }
}

function secretKey(proxyUrl: string): string {
  return `proxy-login:${proxyName(proxyUrl)}`
}
