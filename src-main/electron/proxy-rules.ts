/** System settings and scripts speak of http and https; a WebSocket takes the way of the same address. */
export function askableAddress(url: string): string {
  return url.replace(/^ws(s?):/, 'http$1:')
}

/**
 * The first way that an answer of a proxy script offers ("PROXY proxy:3128; DIRECT"), as an address, or null for the
 * direct one.
 */
export function proxyFromRules(rules: string): string | null {
  const [kind = 'DIRECT', host] = (rules.split(';')[0] ?? '').trim().split(/\s+/)
  if (host === undefined) return null
  switch (kind.toUpperCase()) {
    case 'PROXY':
    case 'HTTP':
      return `http://${host}`
    case 'HTTPS':
      return `https://${host}`
    case 'SOCKS':
    case 'SOCKS4':
      return `socks4://${host}`
    case 'SOCKS5':
      return `socks5://${host}`
    default:
      return null
  }
}
