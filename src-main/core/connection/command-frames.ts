import type { Command } from '../../../src-shared/domain/command.ts'
import type { ClientFrame } from '../../../src-shared/protocol/frames.ts'
import { streamDefaults } from '../../../src-shared/protocol/limits.ts'

/** What stands around the commands of a frame or a request, with room to spare. */
const envelopeBytes = 64

/**
 * How many of these, from the first on, fit into one frame or request to a server that takes `most` together: one at
 * least, whatever its size.
 */
export function countForOneFrame(commands: readonly Command[], most: number): number {
  const { maxCommandsTogether, maxClientFrameBytes } = streamDefaults
  let bytes = envelopeBytes
  let count = 0
  for (const command of commands.slice(0, Math.min(most, maxCommandsTogether))) {
    // In JSON, with a comma: MessagePack says the same in fewer bytes.
    bytes += Buffer.byteLength(JSON.stringify(command)) + 1
    if (bytes > maxClientFrameBytes) break
    count += 1
  }
  return Math.max(count, Math.min(commands.length, 1))
}

/** The frame for commands that fit into one. */
export function commandFrameOf(commands: readonly Command[]): ClientFrame {
  const [only, ...others] = commands
  return only && others.length === 0
    ? { type: 'command', command: only }
    : { type: 'commands', commands: [...commands] }
}
