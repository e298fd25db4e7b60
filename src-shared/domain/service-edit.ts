import * as z from 'zod'
import { labelsSchema, linkSchema, revisionSchema } from './ids.ts'
import { longestTeam, type Service } from './service.ts'

const optionalText = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .transform((text) => (text === '' ? null : text))
    .nullable()

/**
 * What an operator changes in the catalogue; what is left out stays. A service's name is what events call it, and
 * cannot be changed.
 */
export const serviceChangesSchema = z.strictObject({
  /** The revision that the operator saw: changes of a state that nobody saw are refused. */
  revision: revisionSchema,
  team: optionalText(longestTeam).optional(),
  runbookUrl: optionalText(2048).pipe(linkSchema.shape.href.nullable()).optional(),
  /** All of them: labels that are not among these go. */
  labels: labelsSchema.refine((labels) => Object.keys(labels).length <= 64, 'at most 64 labels').optional(),
})
export type ServiceChanges = z.infer<typeof serviceChangesSchema>

export interface EditCause {
  at: number
  by: { name: string }
}

export type ServiceDecision =
  { ok: true; service: Service } | { ok: false; refusal: { code: 'serviceChanged'; message: string } }

/**
 * The service as it is after the edit; the same object when it is so already. Refused with `serviceChanged` when somebody
 * changed it since the operator looked, unless to the very same.
 */
export function editService(service: Service, changes: ServiceChanges, cause: EditCause): ServiceDecision {
  const { revision, team = service.team, runbookUrl = service.runbookUrl, labels = service.labels } = changes
  const isSame =
    team === service.team && runbookUrl === service.runbookUrl && sameLabels(labels, service.labels)
  if (isSame) return { ok: true, service }
  if (revision !== service.revision) {
    const who = service.edited?.by ?? 'somebody'
    const message = `${who} changed the service ${service.name} in the meantime: look at it as it is now`
    return { ok: false, refusal: { code: 'serviceChanged', message } }
  }
  const edited = { at: cause.at, by: cause.by.name }
  return { ok: true, service: { ...service, revision: revision + 1, team, runbookUrl, labels, edited } }
}

function sameLabels(a: Service['labels'], b: Service['labels']): boolean {
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && a[name] === b[name])
  )
}
