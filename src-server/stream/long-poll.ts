import type { Cursor, ResetReason } from '../../src-shared/protocol/frames.ts'
import type { PollRequest } from '../../src-shared/protocol/poll.ts'
import {
  batchFrame,
  isAtHead,
  lostPlace,
  openReader,
  readNext,
  withChannels,
  type ReaderContext,
  type ReaderState,
} from './reader.ts'
import type { TokenIdentity } from '../access/tokens.ts'
import { frameText, type StreamFrame } from './stream-frame.ts'
import { welcomeFrame, type StreamService } from './stream-service.ts'
import { createSubscription } from './subscription.ts'

/** After so many characters, or frames, an answer is sent, however much is left: the next poll reads on. */
const maxAnswerCharacters = 1_048_576
/** Where nothing concerns the reader each frame stands for many entries: so many are read in a second or two. */
const maxAnswerFrames = 32

export interface PollSignals {
  /** Aborted when the client is gone or the server stops: the answer is no longer held. */
  release: AbortSignal
}

/**
 * Answers one poll, as JSON text: what a WebSocket would have carried from this cursor on. Holds it until there
 * is something to say, at most `holdMs`. Nothing of it is kept.
 */
export async function answerPoll(
  service: StreamService,
  identity: TokenIdentity,
  request: PollRequest,
  signals: PollSignals,
): Promise<string> {
  const { context } = service.hub
  const asked = createSubscription(request.channels)
  const current = request.oldChannels ? createSubscription(request.oldChannels) : asked
  const { state, reason } = openReader(context, request.cursor ?? null, current)
  const answer = new Answer()
  if (request.hello || reason !== null) answer.add(welcomeFrame(service, identity, reason))
  if (current.key !== asked.key) return changeChannels(context, state, asked, reason, answer)
  if (isAtHead(service.store, state) && answer.isEmpty) {
    const holdMs = Math.min(request.holdMs, service.times.pollHoldMs)
    return holdAtHead(service, identity, state, holdMs, signals, answer)
  }
  return readToHead(context, state, answer)
}

/** Frames up to the head or to a good size; at least one. Ends with a page of a snapshot, as a WebSocket has time between. */
async function readToHead(context: ReaderContext, start: ReaderState, answer: Answer): Promise<string> {
  let state = start
  do {
    const wasPaging = state.cursor.page !== undefined
    const step = await readNext(context, state)
    state = step.state
    answer.add(step.frame)
    if (wasPaging) break
  } while (
    !isAtHead(context.store, state) &&
    !answer.isFull &&
    // What the log has forgotten in the meantime is the next poll's to find out.
    lostPlace(context.store, state) === null
  )
  return answer.text(state.cursor)
}

async function holdAtHead(
  service: StreamService,
  identity: TokenIdentity,
  start: ReaderState,
  holdMs: number,
  { release }: PollSignals,
  answer: Answer,
): Promise<string> {
  const { context } = service.hub
  const until = service.clock.monotonic() + holdMs
  let state = start
  for (;;) {
    const leftMs = until - service.clock.monotonic()
    if (leftMs <= 0 || release.aborted) break
    await nextCommit(service, state.scannedTo, leftMs, release)
    if (isAtHead(service.store, state)) continue
    const lost = lostPlace(service.store, state)
    if (lost !== null) {
      answer.add(welcomeFrame(service, identity, lost))
      return readToHead(context, openReader(context, null, state.subscription).state, answer)
    }
    const step = await readNext(context, state, true)
    if (step.frame.entries.length > 0) {
      answer.add(step.frame)
      return answer.text(step.state.cursor)
    }
    // Nothing of it concerns this reader: read on from there, but speak from the client's own cursor.
    state = { ...state, scannedTo: step.state.cursor.seq }
  }
  answer.add(batchFrame(context, state.cursor.seq, state.scannedTo, []))
  return answer.text({ epoch: state.cursor.epoch, seq: state.scannedTo })
}

/** Under the old set up to S, `subscribed`, the first page of what is new; without `subscribed` when S is still far. */
async function changeChannels(
  context: ReaderContext,
  start: ReaderState,
  asked: ReaderState['subscription'],
  reason: ResetReason | null,
  answer: Answer,
): Promise<string> {
  // A lost reader starts anew anyway, at once with the channels that it wants: from here on they are in force.
  if (reason !== null) {
    const anew = openReader(context, null, asked).state
    answer.add(subscribedFrame(anew))
    return readToHead(context, anew, answer)
  }
  let state = start
  while (!isAtHead(context.store, state)) {
    const isLost = lostPlace(context.store, state) !== null
    if (isLost || answer.isFull) return answer.text(state.cursor)
    const step = await readNext(context, state)
    state = step.state
    answer.add(step.frame)
  }
  const changed = withChannels(context, state, asked)
  answer.add(subscribedFrame(changed))
  if (changed.cursor.page === undefined) return answer.text(changed.cursor)
  return readToHead(context, changed, answer)
}

function subscribedFrame({ cursor, subscription }: ReaderState): StreamFrame {
  return { type: 'subscribed', position: cursor.seq, channels: [...subscription.channels] }
}

/** Resolves when the log is beyond `seq`, after `ms`, or on release, whichever is first. */
function nextCommit(service: StreamService, seq: number, ms: number, release: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stopListening()
      clearTimeout(timer)
      release.removeEventListener('abort', done)
      resolve()
    }
    const stopListening = service.store.onCommit(done)
    const timer = setTimeout(done, ms)
    release.addEventListener('abort', done)
    if (service.store.head() > seq || release.aborted) done()
  })
}

/** Collects the frames of an answer as JSON texts. */
class Answer {
  readonly #frames: string[] = []
  #characters = 0

  get isEmpty(): boolean {
    return this.#frames.length === 0
  }

  get isFull(): boolean {
    return this.#characters >= maxAnswerCharacters || this.#frames.length >= maxAnswerFrames
  }

  add(frame: StreamFrame): void {
    const text = frameText(frame)
    this.#frames.push(text)
    this.#characters += text.length
  }

  text(cursor: Cursor): string {
    return `{"frames":[${this.#frames.join(',')}],"cursor":${JSON.stringify(cursor)}}`
  }
}
