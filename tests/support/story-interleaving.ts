/** How late one stream is: always by `lagMs`, and what it has to say waits for up to `stallMs` more. */
export interface Lateness {
  lagMs: number
  stallMs: number
}

/** What arrives at one time from one stream, in its own order. */
export interface Delivery<T> {
  stream: string
  atMs: number
  items: T[]
}

interface Timed {
  atMs: number
}

/** A stream as it arrives: in its own order, never early, late as it is said. */
export function deliveriesOf<T extends Timed>(
  stream: string,
  items: Iterable<T>,
  { lagMs, stallMs }: Lateness,
  random: () => number,
): Delivery<T>[] {
  const deliveries: Delivery<T>[] = []
  let opensMs = -1
  for (const item of items) {
    if (item.atMs > opensMs) {
      // The queue stands still until then; what is said meanwhile goes with it.
      opensMs = item.atMs + Math.floor(random() * stallMs)
      deliveries.push({ stream, atMs: opensMs + lagMs, items: [] })
    }
    deliveries.at(-1)?.items.push(item)
  }
  return deliveries
}

/** All streams merged by arrival; what arrives at the same time is in any order. */
export function interleave<T>(
  streams: readonly (readonly Delivery<T>[])[],
  random: () => number,
): Delivery<T>[] {
  const keyed = streams.flatMap((deliveries) => {
    const dice = random()
    return deliveries.map((delivery) => ({ delivery, dice }))
  })
  return keyed
    .toSorted((a, b) => a.delivery.atMs - b.delivery.atMs || a.dice - b.dice)
    .map(({ delivery }) => delivery)
}

/** A sequence of numbers from 0 (included) to 1 (excluded) that is the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296
  }
}
