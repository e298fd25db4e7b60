import type { RuledEvent } from '../../src-shared/correlation/correlator.ts'
import { createServiceMatcher } from '../../src-shared/services/match-service.ts'
import { builtInServiceRules, type ServiceRule } from '../../src-shared/services/service-rule.ts'
import type { Member } from './normaliser.ts'

type Source = Pick<RuledEvent, 'sourceKind' | 'sourceName'>

/** Gives events the service that the rules, and after them the built-in ones, say they are about. */
export function createServiceNaming(
  rules: readonly ServiceRule[],
): (members: readonly Member[], source: Source) => Member[] {
  const match = createServiceMatcher([...rules, ...builtInServiceRules])
  // Most events name their service themselves, and most rules leave those alone.
  const asksAlways = rules.some((rule) => rule.always)
  const named = (member: Member, source: Source): Member => {
    if (!member.ok || member.heartbeat) return member
    const namesItself = member.isServiceGuessed !== true
    if (namesItself && !asksAlways) return member
    const service = match({ ...member.event, ...source }, namesItself)
    return service === null ? member : { ...member, event: { ...member.event, service } }
  }
  return (members, source) => members.map((member) => named(member, source))
}
