import { isIP } from 'node:net'
import type { Proxies } from '../core/ports.ts'

/**
 * The usual variables: https_proxy, http_proxy, all_proxy, no_proxy, in either case. This machine itself is never
 * reached through a proxy, which would look for it at its own place.
 */
export function createEnvironmentProxies(env: Readonly<Record<string, string | undefined>>): Proxies {
  const read = (name: string): string => env[name] ?? env[name.toUpperCase()] ?? ''
  return {
    proxyFor: (url) => {
      const { protocol } = new URL(url)
      const named = read(protocol === 'https:' ? 'https_proxy' : 'http_proxy') || read('all_proxy')
      const isDirect = named === '' || isThisMachine(url) || isExempt(url, read('no_proxy'))
      // Many write only host:port.
      return Promise.resolve(isDirect ? null : /^[a-z0-9]+:\/\//i.test(named) ? named : `http://${named}`)
    },
  }
}

/** By the rules that most programs share: `*`, names with all below them, and either with a port. */
function isExempt(url: string, rules: string): boolean {
  const { hostname, port, protocol } = new URL(url)
  const portOfUrl = port === '' ? (protocol === 'https:' ? '443' : '80') : port
  return rules
    .split(/[\s,]+/)
    .filter((rule) => rule !== '')
    .some((rule) => {
      if (rule === '*') return true
      const [, name = '', wantedPort] = /^(.*?)(?::(\d+))?$/.exec(rule.toLowerCase()) ?? []
      if (wantedPort !== undefined && wantedPort !== portOfUrl) return false
      const bare = name.replace(/^\*?\./, '')
      return hostname === bare || (isIP(hostname) === 0 && hostname.endsWith(`.${bare}`))
    })
}

function isThisMachine(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}
