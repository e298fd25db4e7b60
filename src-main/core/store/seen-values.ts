import type { CommandBody } from '../../../src-shared/domain/command.ts'
import type { Priority } from '../../../src-shared/domain/severity.ts'

/** Actions on an incident that set a value and name the one that their author saw. */
export const settingKinds = ['assign', 'prioritise', 'followUp', 'setCause'] as const
export type SettingBody = Extract<CommandBody, { kind: (typeof settingKinds)[number] }>

export function isSetting(body: CommandBody): body is SettingBody {
  return settingKinds.some((kind) => kind === body.kind)
}

/**
 * The action with what its author saw: the value that the server said, with his own actions that wait laid over it, in their
 * order, as the server will judge them. So the second of two that were taken offline does not conflict with the first; it
 * does when the first does. `usual`: the incident's priority where no person says otherwise, null when it is not known.
 */
export function withOwnLaidOver(
  body: SettingBody,
  waiting: readonly SettingBody[],
  usual: Priority | null,
): SettingBody {
  const about = waiting.filter(({ incidentId }) => incidentId === body.incidentId)
  switch (body.kind) {
    case 'assign': {
      const own = about.flatMap((each) =>
        each.kind === 'assign' ? [[each.seen, each.assignee] as const] : [],
      )
      return { ...body, seen: laidOver(body.seen, own) }
    }
    case 'prioritise': {
      const own = about.flatMap((each) => {
        const priority = each.kind === 'prioritise' ? (each.priority ?? usual) : null
        return each.kind === 'prioritise' && priority !== null ? [[each.seen, priority] as const] : []
      })
      return { ...body, seen: laidOver(body.seen, own) }
    }
    case 'followUp': {
      const own = about.flatMap((each) =>
        each.kind === 'followUp' ? [[each.seen, each.followUp?.at ?? null] as const] : [],
      )
      return { ...body, seen: laidOver(body.seen, own) }
    }
    case 'setCause': {
      const own = about.flatMap((each) =>
        each.kind === 'setCause' ? [[each.seen, each.cause] as const] : [],
      )
      return { ...body, seen: laidOver(body.seen, own) }
    }
  }
}

/** Each step is what was seen and what is made of it; one that saw another value changes nothing. */
function laidOver<T>(value: T, steps: readonly (readonly [T, T])[]): T {
  return steps.reduce((now, [seen, made]) => (seen === now ? made : now), value)
}
