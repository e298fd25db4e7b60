import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { safeStorage } from 'electron'
import * as z from 'zod'
import type { Log, Secrets } from '../core/ports.ts'

const fileSchema = z.record(z.string(), z.object({ isEncrypted: z.boolean(), value: z.string() }))
type SecretFile = z.infer<typeof fileSchema>

/**
 * Secrets in a file that only this user can read, encrypted with the system's keychain where it has one. One that
 * cannot be decrypted (the keychain changed) is gone: the operator is asked for it again.
 */
export function createKeychainSecrets(file: string, log: Log): Secrets {
  let turn: Promise<unknown> = Promise.resolve()
  /** One after the other, so that no write is lost to another. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const result = turn.then(run)
    turn = result.catch(() => undefined)
    return result
  }
  return {
    read: (key) => inTurn(async () => openSecret((await readFileOf(file))[key], log)),
    write: (key, value) =>
      inTurn(async () => writeFileOf(file, { ...(await readFileOf(file)), [key]: sealSecret(value, log) })),
    remove: (key) =>
      inTurn(async () => {
        const { [key]: _removed, ...others } = await readFileOf(file)
        await writeFileOf(file, others)
      }),
  }
}

function sealSecret(value: string, log: Log): SecretFile[string] {
  if (!safeStorage.isEncryptionAvailable()) {
    log('warn', 'this system has no keychain: the token is kept in a file that only this user can read')
    return { isEncrypted: false, value }
  }
  return { isEncrypted: true, value: safeStorage.encryptString(value).toString('base64') }
}

function openSecret(sealed: SecretFile[string] | undefined, log: Log): string | null {
  if (sealed === undefined) return null
  if (!sealed.isEncrypted) return sealed.value
  try {
    return safeStorage.decryptString(Buffer.from(sealed.value, 'base64'))
  } catch (error) {
    log('warn', 'a stored token could not be decrypted', { error: String(error) })
    return null
  }
}

async function readFileOf(file: string): Promise<SecretFile> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return {}
  }
}

async function writeFileOf(file: string, content: SecretFile): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const next = `${file}.next`
  await writeFile(next, JSON.stringify(content), { mode: 0o600 })
  await rename(next, file)
}
