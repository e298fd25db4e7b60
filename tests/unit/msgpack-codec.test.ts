import { describe, expect, it } from 'vitest'
import { readClientFrame } from '../../src-shared/protocol/codec.ts'
import { msgpackCodec, packValue } from '../../src-shared/protocol/msgpack-codec.ts'

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

describe('MessagePack', () => {
  it.each([0, 127, 2 ** 32 - 1, 2 ** 32, 1_795_456_800_123, Number.MAX_SAFE_INTEGER, -5, 0.5])(
    'keeps %d exactly',
    (number) => {
      expect(msgpackCodec.decode(packValue({ number }))).toEqual({ number })
    },
  )

  it('reads whole numbers of 64 bits as other libraries write them', () => {
    expect(msgpackCodec.decode(bytes('cf000001a2092e83fb'))).toBe(0x1a2092e83fb)
    expect(msgpackCodec.decode(bytes('d3000001a2092e83fb'))).toBe(0x1a2092e83fb)
  })

  it('writes plain maps and no extension types', () => {
    expect(Buffer.from(packValue({ a: 1 })).toString('hex')).toMatch(/^(81|de0001)a16101$/)
  })

  it('takes no frame for another, whatever the bytes are', () => {
    const broken = ['', 'c1', 'ddffffffff', 'd4c100', 'd4724091a16105', 'd6ff00000000', '91'.repeat(60_000)]
    for (const hex of broken) {
      expect(readClientFrame(msgpackCodec, bytes(hex)).ok).toBe(false)
    }
    expect(readClientFrame(msgpackCodec, '{}')).toMatchObject({ ok: false, problem: { code: 'notReadable' } })
  })

  it('gives a key of the name __proto__ to no prototype', () => {
    msgpackCodec.decode(bytes('81a95f5f70726f746f5f5f81a17801'))
    expect(Object.prototype).not.toHaveProperty('x')
  })
})
