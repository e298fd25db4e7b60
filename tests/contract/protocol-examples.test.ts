import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { jsonCodec, readClientFrame, readServerFrame } from '../../src-shared/protocol/codec.ts'
import { closeCodes, retryClassOf } from '../../src-shared/protocol/close-codes.ts'
import { msgpackCodec, packValue } from '../../src-shared/protocol/msgpack-codec.ts'
import { protocolExamples } from '../support/protocol-examples.ts'

const text = readFileSync(new URL('../../docs/PROTOCOL.md', import.meta.url), 'utf8')
const examples = protocolExamples(text)

describe('the examples of docs/PROTOCOL.md', () => {
  it('has examples in every direction', () => {
    expect(new Set(examples.map((example) => example.direction))).toEqual(
      new Set(['client', 'server', 'http']),
    )
  })

  for (const example of examples) {
    it(`line ${example.line}: ${example.title} is what the schemas say`, () => {
      const value: unknown = JSON.parse(example.json)
      if (example.direction === 'http') return expect(value).toBeTypeOf('object')
      const read = example.direction === 'client' ? readClientFrame : readServerFrame
      const outcome = read(jsonCodec, example.json)
      expect(outcome).toEqual({ ok: true, frame: value })
    })

    it(`line ${example.line}: ${example.title} is the same in MessagePack`, () => {
      const value: unknown = JSON.parse(example.json)
      const packed = packValue(value)
      if (example.direction === 'http') return expect(msgpackCodec.decode(packed)).toEqual(value)
      const read = example.direction === 'client' ? readClientFrame : readServerFrame
      expect(read(msgpackCodec, packed)).toEqual({ ok: true, frame: value })
    })
  }

  it('read the same without what only newer servers say: then commands go one by one', () => {
    const welcome = examples.find(({ title }) => title === 'welcome')
    const { commandsTogether, ...older } = JSON.parse(welcome?.json ?? '{}') as Record<string, unknown>
    expect(commandsTogether).toBe(50)
    const expected = { ok: true, frame: { ...older, commandsTogether: 1 } }
    expect(readServerFrame(jsonCodec, JSON.stringify(older))).toEqual(expected)
    expect(readServerFrame(msgpackCodec, packValue(older))).toEqual(expected)
  })

  it('lists each close code with its number and its class', () => {
    const words = { now: 'at once', later: 'later', never: 'never by itself' }
    for (const [name, code] of Object.entries(closeCodes)) {
      expect(text).toContain(`| ${code} | ${name} | ${words[retryClassOf(code)]} |`)
    }
  })
})
