import type { ConsoleEvents, EventName, EventPayload, MethodName } from '../../src-shared/console-api.ts'

/**
 * The two channels between main process and page. The type map is the contract itself (src-shared/console-api.ts):
 * methods go one way by name and input, events the other way by name and payload.
 */
export const callChannel = 'console:call'
export const eventChannel = 'console:event'

/** Named once more, so that the preload script, which must stay small, need not carry the schemas. */
export const eventNames = Object.keys({
  changes: true,
  freshness: true,
  focusIncident: true,
} satisfies Record<keyof ConsoleEvents, true>) as EventName[]

export type CallArguments = [method: MethodName, input: unknown]
export type EventArguments = { [E in EventName]: [event: E, payload: EventPayload<E>] }[EventName]
