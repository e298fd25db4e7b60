import { v7 } from 'uuid'

const idBytes = 16
/** Random bytes are fetched for so many ids at once: asking for each costs as much as a statement of the database. */
const idsPerFetch = 256

/** Makes UUIDs of version 7, each above the one before: within a millisecond they count on from a random number. */
export function createRandomIds(now: () => number): () => string {
  const pool = new Uint8Array(idBytes * idsPerFetch)
  let used = pool.length
  let msecs = -Infinity
  let seq = 0
  return () => {
    if (used === pool.length) {
      crypto.getRandomValues(pool)
      used = 0
    }
    const random = pool.subarray(used, used + idBytes)
    used += idBytes
    const at = now()
    if (at > msecs) {
      msecs = at
      seq = firstOf(random)
    } else {
      seq = (seq + 1) >>> 0
      if (seq === 0) msecs += 1
    }
    return v7({ random, msecs, seq })
  }
}

/** 31 bits, so that there is room to count. */
function firstOf(random: Uint8Array): number {
  return new DataView(random.buffer, random.byteOffset).getUint32(0) >>> 1
}
