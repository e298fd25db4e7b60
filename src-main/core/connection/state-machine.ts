import type { RetryClass } from '../../../src-shared/protocol/close-codes.ts'
import { backoffMs } from './backoff.ts'

/** Why a connection ended or an attempt failed; `message` is one sentence for people. */
export interface Ending {
  message: string
  retry: RetryClass
  retryAfterMs: number | null
  /** True when something on the way may not let this kind of connection pass. */
  isBlocked?: true
  /** The proxy that wants a login. */
  proxyAsksLogin?: string
}

/**
 * connecting: the transport opens. greeting: open, hello sent, no welcome yet. following: welcomed.
 * waiting: the next attempt is due at `dueAt`. halted: only a person can help. idle: not started, or stopped.
 */
export type ConnectionState =
  | { name: 'idle' }
  | { name: 'connecting'; attempt: number }
  | { name: 'greeting'; attempt: number }
  | { name: 'following'; spreadMs: number | null }
  | { name: 'waiting'; attempt: number; dueAt: number; message: string; proxyAsksLogin?: string }
  | { name: 'halted'; message: string; proxyAsksLogin?: string }

export type ConnectionEvent =
  | { kind: 'start' }
  | { kind: 'opened' }
  | { kind: 'welcomed' }
  | { kind: 'spread'; spreadMs: number }
  | { kind: 'ended'; ending: Ending }
  /** The socket may say what it likes: nothing was heard for too long, or the sequence broke. */
  | { kind: 'givenUp'; ending: Ending }
  | { kind: 'due' }
  /** A person asked, or the network came back: at once, unless there is a connection. */
  | { kind: 'hurry' }
  /** The machine slept: whatever the socket claims, it is replaced. */
  | { kind: 'woke' }
  /** The address or the token is another now. */
  | { kind: 'changed' }
  | { kind: 'stop' }

export type ConnectionEffect =
  | { kind: 'open' }
  /** Destroys the socket without waiting for a closing handshake; always before the next `open`. */
  | { kind: 'drop' }
  | { kind: 'arm'; afterMs: number }
  | { kind: 'disarm' }

export interface Chance {
  /** Wall clock, ms. */
  now: number
  fraction: number
}

export interface Transition {
  state: ConnectionState
  effects: ConnectionEffect[]
}

export const idle: ConnectionState = { name: 'idle' }

/** Where the connection goes from here. An event that means nothing in a state leaves it as it is. */
export function transition(state: ConnectionState, event: ConnectionEvent, chance: Chance): Transition {
  switch (event.kind) {
    case 'start':
      return state.name === 'idle' ? openFirst([]) : stay(state)
    case 'opened':
      return state.name === 'connecting'
        ? { state: { name: 'greeting', attempt: state.attempt }, effects: [] }
        : stay(state)
    case 'welcomed':
      return state.name === 'greeting'
        ? { state: { name: 'following', spreadMs: null }, effects: [] }
        : stay(state)
    case 'spread':
      return state.name === 'following'
        ? { state: { name: 'following', spreadMs: event.spreadMs }, effects: [] }
        : stay(state)
    case 'ended':
      return isConnected(state) ? afterEnding(state, event.ending, [], chance) : stay(state)
    case 'givenUp':
      return isConnected(state) ? afterEnding(state, event.ending, [{ kind: 'drop' }], chance) : stay(state)
    case 'due':
      return state.name === 'waiting'
        ? { state: { name: 'connecting', attempt: state.attempt }, effects: [{ kind: 'open' }] }
        : stay(state)
    case 'hurry':
      if (state.name === 'waiting') return openFirst([{ kind: 'disarm' }])
      return state.name === 'halted' ? openFirst([]) : stay(state)
    case 'woke':
    case 'changed':
      if (isConnected(state)) return openFirst([{ kind: 'drop' }])
      if (state.name === 'waiting') return openFirst([{ kind: 'disarm' }])
      // A wake changes nothing about a refused token; another token does.
      return state.name === 'halted' && event.kind === 'changed' ? openFirst([]) : stay(state)
    case 'stop':
      if (isConnected(state)) return { state: idle, effects: [{ kind: 'drop' }] }
      return { state: idle, effects: state.name === 'waiting' ? [{ kind: 'disarm' }] : [] }
  }
}

export type ConnectedState = Extract<ConnectionState, { name: 'connecting' | 'greeting' | 'following' }>

/** True while there is a socket, of whatever use. */
export function isConnected(state: ConnectionState): state is ConnectedState {
  return state.name === 'connecting' || state.name === 'greeting' || state.name === 'following'
}

function stay(state: ConnectionState): Transition {
  return { state, effects: [] }
}

function openFirst(before: ConnectionEffect[]): Transition {
  return { state: { name: 'connecting', attempt: 1 }, effects: [...before, { kind: 'open' }] }
}

function afterEnding(
  state: ConnectedState,
  ending: Ending,
  effects: ConnectionEffect[],
  { now, fraction }: Chance,
): Transition {
  const { message, retry, retryAfterMs, proxyAsksLogin } = ending
  const asked = proxyAsksLogin === undefined ? {} : { proxyAsksLogin }
  if (retry === 'never') return { state: { name: 'halted', message, ...asked }, effects }
  const attempt = state.name === 'following' ? 1 : state.attempt + 1
  const spreadMs = state.name === 'following' ? state.spreadMs : null
  // Only from `following`: a server that says "at once" to every greeting would be asked without end.
  const isAtOnce = retry === 'now' && state.name === 'following' && retryAfterMs === null
  const afterMs = isAtOnce ? 0 : backoffMs({ attempt, fraction, spreadMs, retryAfterMs })
  return {
    state: { name: 'waiting', attempt, dueAt: now + afterMs, message, ...asked },
    effects: [...effects, { kind: 'arm', afterMs }],
  }
}
