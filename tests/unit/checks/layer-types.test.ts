import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** Each layer sees only the globals of its own world: one planted use of another world's in each. */

const project = process.cwd()

const planted = {
  'src-shared/uses-node.ts': 'export const planted = process.pid\n',
  'src-shared/uses-page.ts': 'export const planted = document.title\n',
  'src-server/uses-page.ts': 'export const planted = document.title\n',
  'src-main/core/uses-page.ts': 'export const planted = window.innerWidth\n',
  'src-main/electron/uses-page.ts': 'export const planted = document.title\n',
  'src-main/web/uses-page.ts': 'export const planted = document.title\n',
  'src-renderer/uses-node.ts': 'export const planted = process.pid\n',
  'src-renderer/uses-buffer.ts': 'export const planted = Buffer.from("a")\n',
  'src-server/uses-enum.ts': 'export enum Planted {\n  a,\n}\n',
  'src-server/forgets-undefined.ts': 'export const planted: string = [""][0]\n',
}
const layers = [
  'src-shared',
  'src-server',
  'src-main/core',
  'src-main/electron',
  'src-main/web',
  'src-renderer',
]

let folder: string
let output: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'watchfloor-types-'))
  cpSync(join(project, 'tsconfig.json'), join(folder, 'tsconfig.json'))
  for (const layer of layers) {
    mkdirSync(join(folder, layer), { recursive: true })
    const config = join(folder, layer, 'tsconfig.json')
    cpSync(join(project, layer, 'tsconfig.json'), config)
    writeFileSync(join(folder, layer, 'good.ts'), 'export const good = new Map<string, number>()\n')
  }
  for (const [path, source] of Object.entries(planted)) writeFileSync(join(folder, path), source)
  mkdirSync(join(folder, 'node_modules'))
  for (const name of ['@types', 'vite', 'react', 'csstype']) {
    symlinkSync(join(project, 'node_modules', name), join(folder, 'node_modules', name), 'junction')
  }
  const tsc = join(project, 'node_modules', 'typescript', 'bin', 'tsc')
  output = await promisify(execFile)(process.execPath, [tsc, '-b', ...layers], { cwd: folder }).then(
    () => '',
    (error: unknown) => (error as { stdout: string }).stdout,
  )
}, 60_000)

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('the types step', () => {
  it.each(Object.keys(planted))('turns red on %s', (path) => {
    expect(output).toMatch(new RegExp(`^${path}[(:]`, 'm'))
  })

  it('has nothing against the good file of each layer', () => {
    expect(output).not.toContain('good.ts')
  })
})
