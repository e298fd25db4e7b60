import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'
import type { Secrets } from '../core/ports.ts'

const fileSchema = z.record(z.string(), z.string())

/** Secrets in a file that only this user can read: a browser's shell has no keychain at hand. */
export function createFileSecrets(file: string): Secrets {
  let turn: Promise<unknown> = Promise.resolve()
  /** One after the other, so that no write is lost to another. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const result = turn.then(run)
    turn = result.catch(() => undefined)
    return result
  }
  const change = async (apply: (all: Map<string, string>) => void): Promise<void> => {
    const all = new Map(Object.entries(await readAll(file)))
    apply(all)
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const next = `${file}.next`
    await writeFile(next, JSON.stringify(Object.fromEntries(all)), { mode: 0o600 })
    await rename(next, file)
  }
  return {
    read: (key) => inTurn(async () => (await readAll(file))[key] ?? null),
    write: (key, value) => inTurn(() => change((all) => all.set(key, value))),
    remove: (key) => inTurn(() => change((all) => all.delete(key))),
  }
}

async function readAll(file: string): Promise<Record<string, string>> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return {}
  }
}
