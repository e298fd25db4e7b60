import type { Proxies } from '../core/ports.ts'

/** The usual variables: https_proxy, http_proxy, all_proxy, no_proxy, in either case. */
export function createEnvironmentProxies(env: Readonly<Record<string, string | undefined>>): Proxies {
  const read = (name: string): string => env[name] ?? env[name.toUpperCase()] ?? ''
  return {
    proxyFor: (url) => {
      const { hostname, protocol } = new URL(url)
      const isExempt = read('no_proxy')
        .split(',')
        .map((each) => each.trim().replace(/^\*?\./, ''))
        .some((each) => each === '*' || (each !== '' && (hostname === each || hostname.endsWith(`.${each}`))))
      const named = read(protocol === 'https:' ? 'https_proxy' : 'http_proxy') || read('all_proxy')
      return Promise.resolve(isExempt || named === '' ? null : named)
    },
  }
}
