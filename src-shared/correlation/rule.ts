import * as z from 'zod'
import { prioritySchema } from '../domain/severity.ts'

/** What a rule looks at: `label.` followed by a label's name, or a field that every event has. */
const plainFields = ['service', 'severity', 'source', 'sourceKind', 'title', 'dedupKey', 'group'] as const
export type RulePlainField = (typeof plainFields)[number]

export const ruleFieldSchema = z.union(
  [z.enum(plainFields), z.templateLiteral(['label.', z.string().min(1).max(256)])],
  { error: `is no field of an event: use ${plainFields.join(', ')}, or label. and the name of a label` },
)
export type RuleField = z.infer<typeof ruleFieldSchema>

/** One thing that has to hold. A label that an event does not have fits no value. */
export const ruleConditionSchema = z.object({
  field: ruleFieldSchema,
  /** One of these, without regard to case; `*` stands for any run of characters. */
  anyOf: z.array(z.string().max(512)).min(1).max(200),
  /** Holds when none of them fits. */
  negated: z.boolean().default(false),
})
export type RuleCondition = z.infer<typeof ruleConditionSchema>

/** As people write it: what is misspelt is refused, instead of left out and the condition turned into its opposite. */
export const writtenConditionSchema = z.strictObject(ruleConditionSchema.shape)

/** May be empty, as it is by default: rules that were read are read again by the server that they are sent to. */
const reasonSchema = z
  .string()
  .max(300)
  .superRefine((reason, context) => {
    for (const [written, field] of reason.matchAll(/\{([^{}]+)\}/g)) {
      if (ruleFieldSchema.safeParse(field).success) continue
      const message = `${written} is no field of an event: write {label.${field}} for a label`
      context.addIssue({ code: 'custom', message })
    }
  })

/**
 * Which new alerts belong to one incident, and how urgent they are. Rules are tried in order: of those that fit, the first
 * whose incident admits the alert decides which it joins, and the first that has a priority gives that.
 */
export const correlationRuleSchema = z
  .strictObject({
    /** Part of the group's identity: a rule that is renamed starts new groups. */
    name: z.string().min(1).max(100),
    /** Why they belong together, in words that the operator reads; `{service}`, `{label.cluster}` … are filled in. */
    reason: reasonSchema.default(''),
    /** All have to hold; none: every event. */
    match: z.array(writtenConditionSchema).max(20).default([]),
    /** Alerts with the same values of all of these belong together; one that lacks a label does not fit the rule. */
    groupBy: z.array(ruleFieldSchema).max(10).default([]),
    /** How long after an incident last moved an alert may still join, in milliseconds; null: until it is resolved. */
    withinMs: z.int().min(1_000).max(86_400_000).nullable().default(null),
    /** The priority of incidents with an alert that fits; null: their severity's, or another rule's. */
    priority: prioritySchema.nullable().default(null),
  })
  .superRefine(({ groupBy, reason, priority }, context) => {
    const isGrouping = groupBy.length > 0
    if (!isGrouping && priority === null)
      flaw(context, 'groupBy', 'the rule does nothing: say what it groups by, or its priority')
    if (isGrouping && reason === '')
      flaw(context, 'reason', 'is required: why what the rule groups belongs together')
  })

function flaw(context: z.RefinementCtx, field: string, message: string): void {
  context.addIssue({ code: 'custom', path: [field], message })
}
export type CorrelationRule = z.infer<typeof correlationRuleSchema>

/** Alerts of the same service and title join an incident that moved within this time (DOMAIN: correlation). */
const sameTitleWindowMs = 5 * 60_000

/** What is tried after all other rules: the source's own group, then the same service and title. */
export const builtInRules: readonly CorrelationRule[] = [
  {
    name: 'group of the source',
    reason: '{group}',
    match: [],
    groupBy: ['group'],
    withinMs: null,
    priority: null,
  },
  {
    name: 'same service and title',
    reason: `same service and title within ${sameTitleWindowMs / 60_000} minutes`,
    match: [],
    groupBy: ['service', 'title'],
    withinMs: sameTitleWindowMs,
    priority: null,
  },
]

/** A set of rules, tried in this order before the built-in ones, with names that differ, theirs included. */
export const correlationRulesSchema = z
  .array(correlationRuleSchema)
  .max(200)
  .superRefine((rules, context) => {
    const builtIn = new Set(builtInRules.map(({ name }) => name))
    const names = new Set<string>()
    for (const [index, { name }] of rules.entries()) {
      if (names.has(name) || builtIn.has(name)) {
        const whose = builtIn.has(name) ? 'a built-in rule is' : 'two rules are'
        const message = `${whose} called ${name}: names tell their groups apart`
        context.addIssue({ code: 'custom', path: [index, 'name'], message })
      }
      names.add(name)
    }
  })
