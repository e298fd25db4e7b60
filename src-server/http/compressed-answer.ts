import { promisify } from 'node:util'
import { gzip, type ZlibOptions } from 'node:zlib'

const gzipAside = promisify<string, ZlibOptions, Buffer>(gzip)
/** What is smaller travels in a few packets anyway. */
const minCharacters = 4_096

/** True when a request's `Accept-Encoding` takes gzip: by name, by `*`, and not with `q=0`. */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  const offers = String(header ?? '').toLowerCase()
  return /(^|,)\s*(gzip|\*)\s*(;\s*q=(1|0\.0*[1-9])[\d.]*\s*)?(,|$)/.test(offers)
}

/** The text as gzip, made outside of this thread; null when it is too small to be worth it. */
export async function gzipWhenLarge(text: string): Promise<Buffer | null> {
  return text.length < minCharacters ? null : gzipAside(text, { level: 1 })
}
