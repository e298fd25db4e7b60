/** Readers for values that came from outside: each returns the checked value or throws with the field's path. */

export type JsonObject = Readonly<Record<string, unknown>>

/** Something that the other side sent does not have the form that the specification gives it. */
export class FormError extends Error {}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Parses JSON text that has to hold an object. */
export function parseObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text)
  if (!isObject(value)) throw new FormError('not an object')
  return value
}

export function readObject(from: JsonObject, key: string): JsonObject {
  const value = from[key]
  if (!isObject(value)) throw new FormError(`${key}: must be an object`)
  return value
}

export function readOptionalObject(from: JsonObject, key: string): JsonObject | null {
  return from[key] === null || from[key] === undefined ? null : readObject(from, key)
}

export function readObjects(from: JsonObject, key: string): JsonObject[] {
  const value = from[key]
  if (!Array.isArray(value) || !value.every(isObject))
    throw new FormError(`${key}: must be an array of objects`)
  return value
}

export function readString(from: JsonObject, key: string): string {
  const value = from[key]
  if (typeof value !== 'string') throw new FormError(`${key}: must be a text`)
  return value
}

export function readOptionalString(from: JsonObject, key: string): string | null {
  return from[key] === null || from[key] === undefined ? null : readString(from, key)
}

export function readStrings(from: JsonObject, key: string): string[] {
  const value = from[key]
  if (!Array.isArray(value)) throw new FormError(`${key}: must be an array`)
  return value.map((item, index) => {
    if (typeof item !== 'string') throw new FormError(`${key}.${index}: must be a text`)
    return item
  })
}

export function readInteger(from: JsonObject, key: string): number {
  const value = from[key]
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new FormError(`${key}: must be an integer`)
  return value
}

export function readOptionalInteger(from: JsonObject, key: string): number | null {
  return from[key] === null || from[key] === undefined ? null : readInteger(from, key)
}

export function readBoolean(from: JsonObject, key: string): boolean {
  const value = from[key]
  if (typeof value !== 'boolean') throw new FormError(`${key}: must be true or false`)
  return value
}
