/** An expected outcome that may have failed: failures are values with a code, bugs throw. */
export type Result<T, Code extends string = string> =
  { ok: true; value: T } | { ok: false; code: Code; message: string; retryAfterMs?: number | undefined }

export function success<T>(value: T): { ok: true; value: T } {
  return { ok: true, value }
}

export function failure<Code extends string>(
  code: Code,
  message: string,
): { ok: false; code: Code; message: string } {
  return { ok: false, code, message }
}

/** Proves to the compiler that a union was handled to its end. */
export function assertNever(value: never): never {
  throw new Error(`not handled: ${JSON.stringify(value)}`)
}
