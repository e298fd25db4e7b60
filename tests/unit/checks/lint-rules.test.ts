import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/**
 * The checks checked: one file for each rule that breaks it, and beside them files that must pass, linted
 * with the project's own configuration in a folder of their own.
 */

const project = process.cwd()
const long = 'export const line = 1\n' + '// one more\n'.repeat(450)

/** Path → [source, rule that must fire on it (null: none may)]. */
const planted: Record<string, [source: string, rule: string | null]> = {
  // Layers, each by the import that HOUSE.md forbids first.
  'src-shared/domain/uses-node.ts': [`import 'node:fs'\n`, 'no-restricted-imports'],
  'src-shared/domain/uses-fs.ts': [
    `import { readFileSync } from 'fs'\nexport const read = readFileSync\n`,
    'no-restricted-imports',
  ],
  'src-shared/domain/uses-react.ts': [`import 'react'\n`, 'no-restricted-imports'],
  'src-shared/domain/uses-server.ts': [`import '../../src-server/ok.ts'\n`, 'no-restricted-imports'],
  'src-server/uses-core.ts': [`import '../src-main/core/ok.ts'\n`, 'no-restricted-imports'],
  'src-server/deep/uses-renderer.ts': [`import '../../src-renderer/ok.tsx'\n`, 'no-restricted-imports'],
  'src-server/uses-electron.ts': [`import 'electron'\n`, 'no-restricted-imports'],
  'src-server/uses-tests.ts': [`import '../tests/support/ok.ts'\n`, 'no-restricted-imports'],
  'src-main/core/uses-electron.ts': [`import 'electron/main'\n`, 'no-restricted-imports'],
  'src-main/core/uses-shell.ts': [`import '../electron/ok.ts'\n`, 'no-restricted-imports'],
  'src-main/core/sync/uses-web.ts': [
    `export const late = () => import('../../web/ok.ts')\n`,
    'no-restricted-imports',
  ],
  'src-main/core/uses-server.ts': [`export { ok } from '../../src-server/ok.ts'\n`, 'no-restricted-imports'],
  'src-main/core/uses-library.ts': [`import 'fastify'\n`, 'no-restricted-imports'],
  'src-main/core/uses-timers.ts': [`import 'node:timers/promises'\n`, 'no-restricted-imports'],
  'src-main/electron/uses-web.ts': [`import '../web/ok.ts'\n`, 'no-restricted-imports'],
  'src-main/electron/uses-server.ts': [`import '../../src-server/ok.ts'\n`, 'no-restricted-imports'],
  'src-main/electron/uses-renderer.ts': [`import '../../src-renderer/ok.tsx'\n`, 'no-restricted-imports'],
  'src-main/electron/preload.ts': [`import '../web/ok.ts'\n`, 'no-restricted-imports'],
  'src-main/electron/raw-main.ts': [
    `import { ipcMain } from 'electron'\nipcMain.removeAllListeners()\n`,
    'no-restricted-imports',
  ],
  'src-main/electron/raw-renderer.ts': [
    `import { ipcRenderer } from 'electron'\nipcRenderer.send('x')\n`,
    'no-restricted-imports',
  ],
  'src-main/web/uses-electron.ts': [`import 'electron'\n`, 'no-restricted-imports'],
  'src-main/web/uses-shell.ts': [`import '../electron/ok.ts'\n`, 'no-restricted-imports'],
  'src-main/web/uses-server.ts': [`import '../../src-server/ok.ts'\n`, 'no-restricted-imports'],
  'src-renderer/uses-core.ts': [`import '../src-main/core/ok.ts'\n`, 'no-restricted-imports'],
  'src-renderer/views/uses-electron.tsx': [`import 'electron'\n`, 'no-restricted-imports'],
  'src-renderer/uses-node.ts': [`import 'node:path'\n`, 'no-restricted-imports'],
  'src-renderer/uses-wire.ts': [`import 'ws'\n`, 'no-restricted-imports'],
  'tests/e2e/uses-source.test.ts': [`import '../../src-server/ok.ts'\n`, 'no-restricted-imports'],
  'tests/electron/uses-source.test.ts': [`import '../../src-main/core/ok.ts'\n`, 'no-restricted-imports'],
  'tests/contract/second-client/uses-source.ts': [
    `import '../../../src-shared/ok.ts'\n`,
    'no-restricted-imports',
  ],
  'tests/contract/second-client/uses-support.ts': [`import '../../support/ok.ts'\n`, 'no-restricted-imports'],
  // Time and chance.
  'src-main/core/own-clock.ts': [`export const now = Date.now()\n`, 'no-restricted-properties'],
  'src-main/core/own-timer.ts': [`export const timer = setTimeout(String, 1)\n`, 'no-restricted-globals'],
  'src-main/core/own-interval.ts': [`export const timer = setInterval(String, 1)\n`, 'no-restricted-globals'],
  'src-main/core/own-chance.ts': [`export const chance = Math.random()\n`, 'no-restricted-properties'],
  'src-shared/own-clock.ts': [`export const now = Date.now()\n`, 'no-restricted-properties'],
  'src-server/incidents/own-clock.ts': [`export const now = Date.now()\n`, 'no-restricted-properties'],
  // Form.
  'src-server/cycle-a.ts': [`import { b } from './cycle-b.ts'\nexport const a = () => b\n`, 'no-cycle'],
  'src-server/cycle-b.ts': [`import { a } from './cycle-a.ts'\nexport const b = () => a\n`, 'no-cycle'],
  'src-server/cycle-c.ts': [`import type { D } from './cycle-d.ts'\nexport type C = { d: D }\n`, 'no-cycle'],
  'src-server/cycle-d.ts': [`import type { C } from './cycle-c.ts'\nexport type D = { c: C }\n`, 'no-cycle'],
  'src-server/too-long.ts': [long, 'max-lines'],
  'src-server/NotKebab.ts': [`export const a = 1\n`, 'filename-case'],
  'src-server/default-export.ts': [`export default 1\n`, 'no-default-export'],
  'src-server/barrel.ts': [`export * from './ok.ts'\n`, 'no-barrel-file'],
  'src-server/any.ts': [`export const a = (b: any) => String(b)\n`, 'no-explicit-any'],
  'src-server/non-null.ts': [`export const a = (b: string | null) => b!.length\n`, 'no-non-null-assertion'],
  'src-server/floating.ts': [`export const a = () => {\n  fetch('x')\n}\n`, 'no-floating-promises'],
  'src-server/incomplete.ts': [
    `export function a(kind: 'x' | 'y') {\n  switch (kind) {\n    case 'x':\n      return 1\n  }\n  return 2\n}\n`,
    'switch-exhaustiveness-check',
  ],
  // What must pass.
  'src-shared/ok.ts': [`import * as z from 'zod'\nexport const ok = z.string()\n`, null],
  'src-shared/domain/ok.ts': [`import { ok } from '../ok.ts'\nexport const fine = ok.optional()\n`, null],
  'src-server/ok.ts': [
    `import { sep } from 'node:path'\nimport Fastify from 'fastify'\nimport { ok as schema } from '../src-shared/ok.ts'\nexport const ok = [sep, Fastify, schema, Date.now()]\n`,
    null,
  ],
  'src-main/core/ok.ts': [
    `import { sep } from 'node:path'\nimport { WebSocket } from 'ws'\nimport Database from 'better-sqlite3'\nimport { ok as schema } from '../../src-shared/ok.ts'\nexport const ok = [sep, WebSocket, Database, schema]\n`,
    null,
  ],
  'src-main/core/system-clock.ts': [
    `export const now = () => Date.now()\nexport const timer = setTimeout(String, 1)\n`,
    null,
  ],
  'src-main/electron/ok.ts': [
    `import { app } from 'electron'\nimport { ok as core } from '../core/ok.ts'\nimport { ok as schema } from '../../src-shared/ok.ts'\nexport const ok = [app, core, schema]\n`,
    null,
  ],
  'src-main/electron/ipc-main.ts': [
    `import { ipcMain } from 'electron'\nipcMain.removeAllListeners()\n`,
    null,
  ],
  'src-main/web/ok.ts': [
    `import { createServer } from 'node:http'\nimport { ok as core } from '../core/ok.ts'\nexport const ok = [createServer, core]\n`,
    null,
  ],
  'src-renderer/ok.tsx': [
    `import { useState } from 'react'\nimport { createRoot } from 'react-dom/client'\nimport { createStore } from 'zustand/vanilla'\nimport { useVirtualizer } from '@tanstack/react-virtual'\nimport { ok as schema } from '../src-shared/ok.ts'\nexport const ok = [useState, createRoot, createStore, useVirtualizer, schema]\n`,
    null,
  ],
  'tests/support/ok.ts': [
    `import { ok as server } from '../../src-server/ok.ts'\nexport const ok = [server]\n`,
    null,
  ],
  'tests/e2e/ok.test.ts': [`import { ok } from '../support/ok.ts'\nexport const fine = ok\n`, null],
  'tests/contract/second-client/ok.ts': [
    `import { sep } from 'node:path'\nimport { WebSocket } from 'ws'\nexport const ok = [sep, WebSocket]\n`,
    null,
  ],
}

let folder: string
let found: Map<string, string[]>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'watchfloor-lint-'))
  for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json'])
    cpSync(join(project, file), join(folder, file))
  for (const room of [
    'src-shared',
    'src-server',
    'src-main/core',
    'src-main/electron',
    'src-main/web',
    'src-renderer',
    'tests',
  ]) {
    mkdirSync(join(folder, room), { recursive: true })
    cpSync(join(project, room, 'tsconfig.json'), join(folder, room, 'tsconfig.json'))
  }
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'), 'junction')
  for (const [path, [source]] of Object.entries(planted)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), source)
  }
  found = await lint(folder)
}, 60_000)

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('the lint step', () => {
  const broken = Object.entries(planted).flatMap(([path, [, rule]]) =>
    rule === null ? [] : [{ path, rule }],
  )
  const allowed = Object.entries(planted).flatMap(([path, [, rule]]) => (rule === null ? [path] : []))

  it.each(broken)('turns red on $path ($rule)', ({ path, rule }) => {
    expect(found.get(path) ?? []).toContain(rule)
  })

  it.each(allowed)('has nothing against %s', (path) => {
    expect(found.get(path) ?? []).toEqual([])
  })
})

/** Rules that fired, by file. */
async function lint(cwd: string): Promise<Map<string, string[]>> {
  const oxlint = join(project, 'node_modules', 'oxlint', 'bin', 'oxlint')
  const run = promisify(execFile)
  const output = await run(process.execPath, [oxlint, '--type-aware', '--format', 'json'], {
    cwd,
    maxBuffer: 1e8,
  }).then(
    () => Promise.reject(new Error('the lint step stayed green on planted violations')),
    (error: unknown) => (error as { stdout: string }).stdout,
  )
  const { diagnostics } = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] }
  const rules = new Map<string, string[]>()
  for (const { code, filename } of diagnostics) {
    const path = filename.replaceAll('\\', '/')
    rules.set(path, [...(rules.get(path) ?? []), code.replace(/^.*\((.*)\)$/, '$1')])
  }
  return rules
}
