import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.map': 'application/json',
  '.wav': 'audio/wav',
  '.woff2': 'font/woff2',
}

/** Nothing but what this program serves itself; the page asks nobody else for anything. */
const headers = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "media-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
}

/** Serves the renderer's files from a folder; whatever is not there is a 404. */
export function createStaticFiles(folder: string): (path: string, response: ServerResponse) => Promise<void> {
  return async (path, response) => {
    const file = fileOf(folder, path)
    const type = file === null ? undefined : types[extname(file)]
    const body = file === null || type === undefined ? null : await readFile(file).catch(() => null)
    if (body === null || type === undefined) {
      answerText(response, 404, 'There is nothing here.')
      return
    }
    // Built files carry a hash of their content in the name; the page itself is asked for anew.
    const cache = path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store'
    response.writeHead(200, { ...headers, 'content-type': type, 'cache-control': cache }).end(body)
  }
}

export function answerText(response: ServerResponse, status: number, text: string): void {
  const type = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }
  response.writeHead(status, { ...headers, ...type }).end(`${text}\n`)
}

function fileOf(folder: string, path: string): string | null {
  let decoded: string
  try {
    decoded = decodeURIComponent(path)
  } catch {
    return null
  }
  if (decoded.includes('\0')) return null
  const file = normalize(join(folder, decoded === '/' ? '/index.html' : decoded))
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? file : null
}
