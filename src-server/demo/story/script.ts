/** What one sender says at one moment of the story: one event, or one webhook. Times are milliseconds of the story. */
export interface Saying {
  atMs: number
  body: Record<string, unknown>
}

/** One telling of the story. */
export interface StoryRun {
  /** Begins the ids of its events: another in each telling. */
  id: string
  /** The release that goes bad. */
  release: string
  /** From 0 (included) to 1 (excluded): for figures in texts, never for what is sent when. */
  random(): number
  /** When a moment of the story is, in milliseconds since 1970. */
  instantOf(atMs: number): number
}

/** A source of the story: says its part in its own order, whatever the others do. */
export interface StorySender {
  /** The name of its token, and so of the source. */
  source: string
  kind: 'events' | 'alertmanager'
  say(run: StoryRun): Iterable<Saying>
}

/** A moment of the story as docs/story.md writes it: `'1:45'`, in milliseconds. */
export function at(clock: `${number}:${number}`): number {
  const [minutes = 0, seconds = 0] = clock.split(':').map(Number)
  return (minutes * 60 + seconds) * 1_000
}

/** From the first moment (included) to the second (excluded). */
export function* every(stepMs: number, fromMs: number, untilMs: number): Generator<number> {
  for (let atMs = fromMs; atMs < untilMs; atMs += stepMs) yield atMs
}

/** The storm: five minutes in which everything complains. */
export const storm = { fromMs: at('1:45'), untilMs: at('6:45') } as const
/** When the last incident of the story has resolved itself, however late its senders were. */
export const storyEndMs = at('12:00')

/** What an alert of our own JSON says each time it is triggered. */
export interface Complaint {
  dedupKey: string
  service: string
  severity: 'critical' | 'error' | 'warning' | 'info'
  title: string
  description?: string
  labels?: Record<string, string>
}

/** Makes events of one sender: numbered, so that one that is sent twice is taken once. */
export function eventMaker(run: StoryRun, source: string) {
  let count = 0
  const event = (atMs: number, action: 'trigger' | 'resolve', complaint: Complaint): Saying => {
    count += 1
    const id = `${run.id}/${source}/${count}`
    return { atMs, body: { id, action, ...complaint, occurredAt: Math.round(run.instantOf(atMs)) } }
  }
  return {
    trigger: (atMs: number, complaint: Complaint) => event(atMs, 'trigger', complaint),
    resolve: (atMs: number, complaint: Complaint) => event(atMs, 'resolve', complaint),
  }
}
