import { v7 } from 'uuid'
import type { Randomness } from './ports.ts'

/** The machine's own chance. */
export const systemRandomness: Randomness = { fraction: () => Math.random(), id: () => v7() }
