import * as z from 'zod'
import { ruleFieldSchema, writtenConditionSchema, type RuleField } from '../correlation/rule.ts'

/** A piece of a service's name: text as it stands, or a field of the event. */
export type NamePiece = { text: string } | { field: RuleField }

/** Takes a template apart; what stands in braces and is no field comes back as `unknown`. */
export function namePieces(template: string): { pieces: NamePiece[]; unknown: string[] } {
  const pieces: NamePiece[] = []
  const unknown: string[] = []
  for (const [index, part] of template.split(/\{([^{}]*)\}/).entries()) {
    // What was in braces stands at the odd places.
    if (index % 2 === 0) {
      if (part !== '') pieces.push({ text: part })
      continue
    }
    const field = ruleFieldSchema.safeParse(part)
    if (field.success) pieces.push({ field: field.data })
    else unknown.push(part)
  }
  return { pieces, unknown }
}

const nameTemplateSchema = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .superRefine((template, context) => {
    for (const field of namePieces(template).unknown) {
      const message = `{${field}} is no field of an event: write {label.${field || 'app'}} for a label`
      context.addIssue({ code: 'custom', message })
    }
  })

/** Which service an event is about. Rules are tried in order; the first that fits and can fill in its name decides. */
export const serviceRuleSchema = z.strictObject({
  name: z.string().min(1).max(100),
  /** All have to hold; none: every event. */
  match: z.array(writtenConditionSchema).max(20).default([]),
  /** The service's name: fixed, or with `{label.app}`, `{source}` … filled in. An event that lacks one of them is left to the next rule. */
  service: nameTemplateSchema,
  /** True: for events that name their service themselves, too. */
  always: z.boolean().default(false),
})
export type ServiceRule = z.infer<typeof serviceRuleSchema>

/** A set of rules, tried in this order. */
export const serviceRulesSchema = z.array(serviceRuleSchema).max(500)

/** What is tried after all other rules: the labels that Prometheus' rules usually carry, from the most to the least telling. */
export const builtInServiceRules: readonly ServiceRule[] = ['service', 'job', 'alertname'].map((label) => ({
  name: `label ${label}`,
  match: [],
  service: `{label.${label}}`,
  always: false,
}))
