import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { protocol } from 'electron'
import { appOrigin, appScheme } from './app-scheme.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wav': 'audio/wav',
  '.woff2': 'font/woff2',
}

/**
 * Nothing but the page's own files, and no connection at all: everything else comes over the bridge. The scheme is
 * named instead of 'self', which would match nothing where the scheme could not be declared (main.ts).
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  `script-src ${appScheme}:`,
  `style-src ${appScheme}:`,
  `img-src ${appScheme}:`,
  `font-src ${appScheme}:`,
  `media-src ${appScheme}:`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
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
