import * as z from 'zod'
import {
  filteredRowsSchema,
  filterValuesSchema,
  longestFilter,
  maintenanceViewSchema,
  panelNameSchema,
  shiftLogSchema,
} from './console-panels.ts'
import { readMethods } from './console-reads.ts'
import {
  awayAccountSchema,
  countsSchema,
  feedLineSchema,
  freshnessSchema,
  incidentDetailSchema,
  incidentRowSchema,
  noticeSchema,
  notifyDecisionSchema,
  settledActionSchema,
  siteIdSchema,
  siteViewSchema,
} from './console-views.ts'
import { commandBodySchema } from './domain/command.ts'
import { idSchema } from './domain/ids.ts'
import { demoStormSchema } from './protocol/demo.ts'

/**
 * The contract between the core and a renderer, the same over Electron's IPC and over the web shell's
 * WebSocket. A method is a question with one answer; an event is a broadcast without one. Both sides parse
 * what arrives. Methods fail with a `Result`-like `{ ok: false, code, message }`, never by throwing.
 */

const incidentRef = z.object({ siteId: siteIdSchema, incidentId: idSchema })

export const boardSchema = z.object({
  sites: z.array(siteViewSchema),
  freshness: z.array(freshnessSchema),
  counts: countsSchema,
  /** All unresolved incidents and the newest resolved ones (at most `resolvedOnBoard`). */
  rows: z.array(incidentRowSchema),
  feed: z.array(feedLineSchema),
  decisions: z.array(notifyDecisionSchema),
  /** Oldest first, until dismissed. */
  notices: z.array(noticeSchema),
  /** Conflicts and rejections that have not been dismissed, oldest first; kept over restarts. */
  settled: z.array(settledActionSchema),
  /** The newest absence of each site, until dismissed. */
  away: z.array(awayAccountSchema),
  /** True while there is no site at all: the first-start screen. */
  firstStart: z.boolean(),
  demoAvailable: z.boolean(),
  shell: z.enum(['electron', 'web']),
})
export type Board = z.infer<typeof boardSchema>
export const resolvedOnBoard = 500
export const feedOnBoard = 200
/** As many actions as one call may take. */
export const mostActions = 5_000

/** Everything that changed since the last one, at most one for each frame (16 ms). */
export const changesSchema = z.object({
  rows: z.array(incidentRowSchema),
  removed: z.array(idSchema),
  counts: countsSchema.nullable(),
  feed: z.array(feedLineSchema),
  /** Events of the feed that were left out of this message to stay fresh. */
  feedSkipped: z.int().min(0),
  /** Events received in the last second, for the rate sparkline; null when it did not change. */
  eventsPerSecond: z.number().min(0).nullable(),
  detail: incidentDetailSchema.nullable(),
  /** Actions that have just got their result, of whatever status. */
  settled: z.array(settledActionSchema),
  /** Settled actions that were dismissed, here or in another window. */
  settledDismissed: z.array(idSchema),
  /** All notices, when they are others than before. */
  notices: z.array(noticeSchema).nullable(),
  /** All accounts, when they are others than before. */
  away: z.array(awayAccountSchema).nullable(),
  decisions: z.array(notifyDecisionSchema),
  sites: z.array(siteViewSchema).nullable(),
  /** Panels whose content is another now. */
  panels: z.array(panelNameSchema),
  /** True after a snapshot: drop all rows that are not in `rows` (selection and place are kept). */
  resetRows: z.boolean(),
})
export type Changes = z.infer<typeof changesSchema>

const nothing = z.object({})

/** Every method: what it takes and what it gives. */
export const consoleMethods = {
  /** The whole picture, for a renderer that has just started; changes follow as events. */
  openBoard: { input: nothing, output: boardSchema },
  /** Follows one incident (its detail comes at once and with each change of it); null follows none. */
  openIncident: { input: incidentRef.nullable(), output: incidentDetailSchema.nullable() },
  /** Puts an action into the outbox; its pending state and its result come as changes. */
  act: {
    input: z.object({ siteId: siteIdSchema, body: commandBodySchema }),
    output: z.object({ commandId: idSchema }),
  },
  /**
   * Puts many actions into the outbox, all of a site or none of them. Each is a command of its own with a result of
   * its own; the ids are in the order of the actions.
   */
  actMany: {
    input: z.object({
      actions: z
        .array(z.object({ siteId: siteIdSchema, body: commandBodySchema }))
        .min(1)
        .max(mostActions),
    }),
    output: z.object({ commandIds: z.array(idSchema) }),
  },
  /**
   * Which rows of the board a filter lets through; works offline. `ids`: only these are looked at (they have changed).
   */
  filterRows: {
    input: z.object({ text: z.string().max(longestFilter), ids: z.array(idSchema).max(10_000).nullable() }),
    output: filteredRowsSchema,
  },
  filterValues: { input: nothing, output: filterValuesSchema },
  /** The shift log of each site. */
  shiftLog: { input: nothing, output: z.array(shiftLogSchema) },
  /** The maintenance windows of each site. */
  maintenance: { input: nothing, output: z.array(maintenanceViewSchema) },
  ...readMethods,
  /** Tries at once instead of waiting for the backoff. */
  connectNow: { input: nothing, output: nothing },
  /** Adds a server by its address and token, or replaces the token of one that is known. */
  addSite: {
    input: z.object({
      url: z.url({ protocol: /^https?$/, error: 'must be an address that starts with http:// or https://' }),
      token: z.string().min(1).max(512),
      name: z.string().max(100).optional(),
    }),
    output: nothing,
  },
  /** Starts the bundled server with its demo estate. */
  startDemo: { input: nothing, output: nothing },
  /** Begins a storm in the demo. Fails with `noDemo` for any other server, and with `busy` while one goes on. */
  startStorm: { input: z.object({ siteId: siteIdSchema }), output: demoStormSchema },
  /** The operator has seen a notice. One that is gone already is no failure, here and below. */
  dismissNotice: { input: z.object({ id: idSchema }), output: nothing },
  /** The operator has seen what became of an action. */
  dismissSettled: { input: z.object({ commandId: idSchema }), output: nothing },
  /** The operator has read a site's account of the absence. */
  dismissAway: { input: z.object({ siteId: siteIdSchema }), output: nothing },
  /** A name and password for a proxy that asks for them (`Freshness.proxyAsksLogin`); tries again at once. */
  setProxyLogin: {
    input: z.object({
      proxy: z.url(),
      user: z.string().min(1).max(256),
      password: z.string().max(512),
    }),
    output: nothing,
  },
  /** What the operator can see now: decides, among others, whether to notify. */
  setPresence: {
    input: z.object({ visible: z.boolean(), focused: z.boolean(), incidentId: idSchema.nullable() }),
    output: nothing,
  },
} as const

export type ConsoleMethods = typeof consoleMethods
export type MethodName = keyof ConsoleMethods
export type MethodInput<M extends MethodName> = z.infer<ConsoleMethods[M]['input']>
export type MethodOutput<M extends MethodName> = z.infer<ConsoleMethods[M]['output']>

export const methodFailureSchema = z.object({
  ok: z.literal(false),
  code: z.string(),
  message: z.string(),
  /** Given where a server said when to ask again. */
  retryAfterMs: z.number().min(0).optional(),
})
export type MethodAnswer<M extends MethodName> =
  { ok: true; value: MethodOutput<M> } | z.infer<typeof methodFailureSchema>

/** Every event that the core sends. */
export const consoleEvents = {
  changes: changesSchema,
  /** Sent at each change of state, and at most once a second for the round trip. */
  freshness: z.array(freshnessSchema),
  /** Bring this incident to the front: a notification or a tray item was clicked. */
  focusIncident: incidentRef,
} as const

export type ConsoleEvents = typeof consoleEvents
export type EventName = keyof ConsoleEvents
export type EventPayload<E extends EventName> = z.infer<ConsoleEvents[E]>

/** What a renderer is given by its shell, whichever that is. */
export interface ConsoleBridge {
  call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodAnswer<M>>
  /** Returns how to stop listening. */
  on<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): () => void
}

/** What a shell asks of the core. Answers of `call` are already checked; `input` is not, until here. */
export interface ConsoleHost {
  call(method: string, input: unknown): Promise<MethodAnswer<MethodName>>
  on<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): () => void
}

export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(consoleMethods, name)
}
