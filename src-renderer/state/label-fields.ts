import type { Labels } from '../../src-shared/domain/ids.ts'
import { failure, success, type Result } from '../../src-shared/domain/result.ts'
import { texts } from '../texts.ts'

/** Labels as a field holds them: `name=value`, with commas between them; a comma in a value is written `\\,`. */
export function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`.replaceAll(',', '\\,'))
    .join(', ')
}

/** The labels of a field, or a sentence that says which is none. */
export function labelsOf(text: string): Result<Labels> {
  const labels: Record<string, string> = {}
  for (const part of text.split(/(?<!\\),/u)) {
    const label = part.replaceAll('\\,', ',').trim()
    if (label === '') continue
    const at = label.indexOf('=')
    const name = label.slice(0, Math.max(0, at)).trim()
    if (name === '') return failure('label', texts.maintenance.errors.label(label))
    labels[name] = label.slice(at + 1).trim()
  }
  return success(labels)
}
