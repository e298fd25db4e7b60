import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { protocol } from 'electron'

export const appScheme = 'app'
export const appOrigin = `${appScheme}://watchfloor`

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wav': 'audio/wav',
  '.woff2': 'font/woff2',
}

/** Nothing but the page's own files, and no connection at all: everything else comes over the bridge. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "media-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Must run before the app is ready: makes the scheme a proper origin of its own. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: appScheme, privileges: { standard: true, secure: true } }])
}

/** Serves the renderer's files under `app://watchfloor/`; anything else is a 404. */
export function serveAppProtocol(folder: string): void {
  protocol.handle(appScheme, async (request) => {
    const file = fileFor(folder, request.url)
    const type = file === null ? undefined : types[extname(file)]
    const body = file === null || type === undefined ? null : await readFile(file).catch(() => null)
    if (body === null || type === undefined)
      return new Response('There is nothing here.\n', { status: 404, headers })
    return new Response(new Uint8Array(body), { headers: { ...headers, 'content-type': type } })
  })
}

/** The file that an address means, or null when it is not inside the folder. */
export function fileFor(folder: string, address: string): string | null {
  const url = new URL(address)
  if (url.host !== new URL(appOrigin).host) return null
  let path: string
  try {
    path = decodeURIComponent(url.pathname)
  } catch {
    return null
  }
  if (path.includes('\0')) return null
  const file = normalize(join(folder, path === '/' ? 'index.html' : path))
  return file.startsWith(folder + sep) ? file : null
}
