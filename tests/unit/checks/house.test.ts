import { describe, expect, it } from 'vitest'
import { checkHouse, measureSizes, type SourceFile } from '../../support/checks/house.ts'

const file = (path: string, lines: number): SourceFile => ({ path, text: 'x\n'.repeat(lines) })
const files = (count: number, lines: number) =>
  Array.from({ length: count }, (_, index) => file(`src-server/part-${index}.ts`, lines))

describe('the rules of the house', () => {
  it('has nothing against short files with one long one among them', () => {
    expect(checkHouse([...files(19, 90), file('src-server/longer.ts', 400)])).toEqual([])
  })

  it('counts lines as an editor does, with and without a last line feed', () => {
    const text = ['a\nb\n', 'a\nb', '']
    expect(text.map((each) => measureSizes([{ path: 'a.ts', text: each }]).longest)).toEqual([2, 2, 0])
  })

  it('turns red when half of the files are over the median', () => {
    expect(checkHouse(files(10, 150))).toEqual([expect.stringContaining('half of the source files')])
  })

  it('turns red when one file in ten is too long', () => {
    expect(checkHouse([...files(17, 50), ...files(3, 300)])).toEqual([
      expect.stringContaining('one file in ten'),
    ])
  })

  it('turns red on a file over the limit', () => {
    expect(checkHouse([...files(19, 50), file('src-server/giant.ts', 451)])).toEqual([
      expect.stringContaining('src-server/giant.ts: 451 lines'),
    ])
  })

  it.each(['src-server/index.ts', 'src-server/utils.ts', 'src-renderer/time-utils.ts'])(
    'turns red on %s',
    (path) => {
      expect(checkHouse([file(path, 10)])).toEqual([expect.stringContaining(path)])
    },
  )

  it('turns red where code that is handed the time looks at the clock', () => {
    const text = 'const at = new Date()\nconst from = new Date(at)\n'
    expect(checkHouse([{ path: 'src-main/core/freshness.ts', text }])).toEqual([
      expect.stringContaining('src-main/core/freshness.ts:1'),
    ])
    expect(checkHouse([{ path: 'src-main/core/system-clock.ts', text }])).toEqual([])
    expect(checkHouse([{ path: 'src-main/web/host.ts', text }])).toEqual([])
  })
})
