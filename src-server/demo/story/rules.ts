import type { CorrelationRule } from '../../../src-shared/correlation/rule.ts'

/** What the demo's company knows about its alerts, and no built-in rule could (docs/story.md says why). */
export const storyRules: readonly CorrelationRule[] = [
  {
    name: 'same release',
    reason: 'same release {label.release}',
    match: [],
    groupBy: ['label.release'],
    withinMs: 600_000,
    priority: null,
  },
  {
    name: 'same hall',
    reason: 'same hall {label.hall}',
    match: [],
    groupBy: ['label.hall'],
    withinMs: 600_000,
    priority: null,
  },
]
