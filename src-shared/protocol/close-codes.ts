/** When a client comes back after a close: at once, after `retryAfterMs` (or its backoff), or not by itself. */
export type RetryClass = 'now' | 'later' | 'never'

/** 4000–4099 come back at once, 4100–4199 later, 4200–4299 never; the class is in the number. */
export const closeCodes = {
  notHeard: 4000,
  replaced: 4001,
  goingAway: 4100,
  overloaded: 4101,
  tooManyFrames: 4102,
  badFrame: 4103,
  frameTooLarge: 4104,
  helloMissing: 4105,
  storeUnavailable: 4106,
  tokenInvalid: 4200,
  protocolUnsupported: 4201,
  forbidden: 4202,
} as const
export type CloseReason = keyof typeof closeCodes

/** Unknown codes, and those of RFC 6455 itself, are `later`: nobody asked for a hurry. */
export function retryClassOf(code: number): RetryClass {
  if (code >= 4000 && code < 4100) return 'now'
  if (code >= 4200 && code < 4300) return 'never'
  return 'later'
}

export function closeReasonOf(code: number): CloseReason | null {
  const found = Object.entries(closeCodes).find(([, number]) => number === code)
  return found ? (found[0] as CloseReason) : null
}
