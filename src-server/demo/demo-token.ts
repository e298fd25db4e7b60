import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const sourceName = 'demo-estate'

export interface TokenMaker {
  authenticate(token: string): object | null
  revoke(name: string): boolean
  create(name: string, role: 'source'): string
}

/** The demo's token, kept in the data folder: a new one would be a new source, to which the standing alerts do not belong. */
export function demoToken(tokens: TokenMaker, dataDir: string): string {
  const file = join(dataDir, 'demo-token')
  const kept = readKept(file)
  if (kept !== null && tokens.authenticate(kept)) return kept
  tokens.revoke(sourceName)
  const token = tokens.create(sourceName, 'source')
  writeFileSync(file, token, { mode: 0o600 })
  return token
}

function readKept(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
