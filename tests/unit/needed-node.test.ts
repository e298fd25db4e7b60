import { describe, expect, it } from 'vitest'
import { nodeTooOld } from '../../src-shared/needed-node.ts'

describe('a program that is started', () => {
  it('on an older Node says which one it needs, in one sentence', () => {
    expect(nodeTooOld({ node: '20.20.2' })).toMatch(/needs Node 24 or newer and this is 20\.20\.2: .*\.$/)
  })

  it('on Node 24 or newer, or inside Electron, just starts', () => {
    expect(nodeTooOld({ node: '24.0.0' })).toBeNull()
    expect(nodeTooOld({ node: '26.10.0' })).toBeNull()
    expect(nodeTooOld({ node: '20.18.3', electron: '33.4.11' })).toBeNull()
  })
})
