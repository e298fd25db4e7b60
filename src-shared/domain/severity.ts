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

/** The priority an incident gets when neither a rule nor a person has said otherwise. */
export function defaultPriority(severity: Severity): Priority {
  return defaultPriorities[severity]
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
