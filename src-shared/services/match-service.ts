import { conditionTest, fieldValue, type RuledEvent } from '../correlation/correlator.ts'
import { namePieces, type ServiceRule } from './service-rule.ts'

/** The name of the service that an event is about by the rules; null when none of them says. */
export type ServiceMatcher = (event: RuledEvent, namesItself: boolean) => string | null

/** As long as a service's name may be. */
const longestName = 200

/** Makes of rules a function for the hot path. */
export function createServiceMatcher(rules: readonly ServiceRule[]): ServiceMatcher {
  const prepared = rules.map(prepare)
  return (event, namesItself) => {
    for (const { always, name } of prepared) {
      const found = namesItself && !always ? null : name(event)
      if (found !== null) return found
    }
    return null
  }
}

function prepare({ match, service, always }: ServiceRule) {
  const holds = match.map(conditionTest)
  const { pieces } = namePieces(service)
  const name = (event: RuledEvent): string | null => {
    if (!holds.every((test) => test(event))) return null
    let filled = ''
    for (const piece of pieces) {
      const part = 'text' in piece ? piece.text : fieldValue(event, piece.field)
      // An empty label says as little as one that is not there.
      if (part === null || part === '') return null
      filled += part
    }
    return cut(filled.trim())
  }
  return { always, name }
}

function cut(name: string): string | null {
  if (name === '') return null
  return name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name
}
