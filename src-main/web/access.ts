import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Ten browsers of one person; beyond that the oldest is asked to come in again. */
const maxSessions = 10

/**
 * Who may come in: a browser that was sent here by the printed address, whose token works once and is
 * exchanged for a cookie; and only under this machine's own names, so that no other site's page can reach
 * it through a name that it points here (DNS rebinding) or through the browser's cookie.
 */
export class Access {
  #oneTimeToken = randomBytes(32).toString('base64url')
  readonly #sessions = new Set<string>()
  #port = 0

  listening(port: number): void {
    this.#port = port
  }

  /** The address to print. It lets one browser in. */
  entryUrl(): string {
    return `http://127.0.0.1:${this.#port}/?token=${this.#oneTimeToken}`
  }

  /** True when the request is for this machine by one of its own names. */
  isOwnHost(request: IncomingMessage): boolean {
    const host = request.headers.host ?? ''
    return ['127.0.0.1', 'localhost', '[::1]'].some((name) => host === `${name}:${this.#port}`)
  }

  /** True when a page of this very origin asks. */
  isOwnOrigin(request: IncomingMessage): boolean {
    return request.headers.origin === `http://${request.headers.host ?? ''}`
  }

  hasSession(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((each) => each.trim())
    const prefix = `${this.#cookieName}=`
    return cookies.some((each) => each.startsWith(prefix) && this.#sessions.has(each.slice(prefix.length)))
  }

  /** The `Set-Cookie` value for a right token, which is used up by that; null for a wrong one. */
  exchange(token: string): string | null {
    if (!isEqual(token, this.#oneTimeToken)) return null
    this.#oneTimeToken = randomBytes(32).toString('base64url')
    const session = randomBytes(32).toString('base64url')
    this.#sessions.add(session)
    const [oldest] = this.#sessions
    if (this.#sessions.size > maxSessions && oldest !== undefined) this.#sessions.delete(oldest)
    return `${this.#cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`
  }

  /** Cookies are shared by all ports of a host: each shell has its own name. */
  get #cookieName(): string {
    return `watchfloor_${this.#port}`
  }
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
