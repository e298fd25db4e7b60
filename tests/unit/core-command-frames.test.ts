import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandFrameOf, countForOneFrame } from '../../src-main/core/connection/command-frames.ts'
import type { Command } from '../../src-shared/domain/command.ts'
import { jsonCodec, readClientFrame } from '../../src-shared/protocol/codec.ts'
import { streamDefaults } from '../../src-shared/protocol/limits.ts'
import { msgpackCodec } from '../../src-shared/protocol/msgpack-codec.ts'

const { maxClientFrameBytes, maxCommandsTogether } = streamDefaults

function note(text: string, number: number): Command {
  const body = { kind: 'note', incidentId: randomUUID(), text } as const
  return { id: randomUUID(), clientId: randomUUID(), number, author: 'mira', issuedAt: Date.now(), body }
}

/** Letters, what JSON writes as six characters, and what UTF-8 needs three or four bytes for. */
const texts = fc
  .tuple(fc.constantFrom('a', '\u0001', '"', '漢', '🔥'), fc.integer({ min: 1, max: 8_192 }))
  .map(([letter, length]) => `x${letter.repeat(Math.floor((length - 1) / letter.length))}`)

describe('the commands of one frame', () => {
  it('are all of them in their order, never too many, and never more bytes than a server takes', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 120 }), (all) => {
        const commands = all.map((text, index) => note(text, index + 1))
        let rest = commands
        const sent: Command[] = []
        while (rest.length > 0) {
          const together = rest.slice(0, countForOneFrame(rest, maxCommandsTogether))
          rest = rest.slice(together.length)
          const frame = commandFrameOf(together)
          expect(together.length).toBeLessThanOrEqual(maxCommandsTogether)
          for (const codec of [jsonCodec, msgpackCodec]) {
            const wire = codec.encode(frame)
            expect(Buffer.byteLength(wire)).toBeLessThanOrEqual(maxClientFrameBytes)
            expect(readClientFrame(codec, wire)).toEqual({ ok: true, frame })
          }
          expect(Buffer.byteLength(JSON.stringify({ commands: together }))).toBeLessThanOrEqual(
            maxClientFrameBytes,
          )
          sent.push(...together)
        }
        expect(sent).toEqual(commands)
      }),
      { numRuns: 60 },
    )
  })

  it('are as many as both sides take: fifty of the usual size, and none of none', () => {
    const commands = Array.from({ length: 60 }, (_, index) => note('looking into it', index + 1))
    expect(countForOneFrame(commands, 50)).toBe(50)
    expect(countForOneFrame(commands, 1_000)).toBe(50)
    expect(countForOneFrame(commands, 7)).toBe(7)
    expect(countForOneFrame(commands, 1)).toBe(1)
    expect(countForOneFrame([], 50)).toBe(0)
  })
})
