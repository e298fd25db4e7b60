import * as z from 'zod'

/** What monitoring says, from mildest to worst. */
export const severities = ['info', 'warning', 'error', 'critical'] as const
export const severitySchema = z.enum(severities)
export type Severity = z.infer<typeof severitySchema>

/** The organisation's rank, from most to least urgent; P1 is only ever set by a rule or a person. */
export const priorities = ['P1', 'P2', 'P3', 'P4', 'P5'] as const
export const prioritySchema = z.enum(priorities)
export type Priority = z.infer<typeof prioritySchema>

const defaultPriorities = {
  critical: 'P2',
  error: 'P3',
  warning: 'P4',
  info: 'P5',
} as const satisfies Record<Severity, Priority>

/** The priority that an incident gets when neither a rule nor a person has said otherwise. */
export function defaultPriority(severity: Severity): Priority {
  return defaultPriorities[severity]
}

/** The priority that a correlation rule gives to what it fits, and that rule's name. */
export const rulePrioritySchema = z.object({ priority: prioritySchema, rule: z.string().max(100) })
export type RulePriority = z.infer<typeof rulePrioritySchema>

/** The priority of an incident of which no person has said otherwise: a rule's, else its severity's. */
export function usualPriority(of: { severity: Severity; rulePriority: RulePriority | null }): Priority {
  return of.rulePriority?.priority ?? defaultPriority(of.severity)
}

/** The more urgent of what two rules say; the first where they say the same. */
export function moreUrgent(a: RulePriority | null, b: RulePriority | null): RulePriority | null {
  if (a === null || b === null) return a ?? b
  return isMoreUrgent(b.priority, a.priority) ? b : a
}

export function isMoreUrgent(a: Priority, b: Priority): boolean {
  return priorities.indexOf(a) < priorities.indexOf(b)
}

/** 0 for info up to 3 for critical: compare with `<` and sort with it. */
export function severityRank(severity: Severity): number {
  return severities.indexOf(severity)
}

/** The worse of two severities. */
export function worseSeverity(a: Severity, b: Severity): Severity {
  return severityRank(a) >= severityRank(b) ? a : b
}

/** The worst of these severities; null of none. */
export function worstOf(those: readonly Severity[]): Severity | null {
  return severities.findLast((severity) => those.includes(severity)) ?? null
}
