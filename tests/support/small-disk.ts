import { spawnSync } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk {
  /** A folder on it. */
  folder: string
  /** Leaves no room but `keepBytes`. */
  fill(keepBytes?: number): Promise<void>
  /** There is room again. */
  free(): Promise<void>
  setReadOnly(isReadOnly: boolean): void
  dispose(): Promise<void>
}

/** Whether this process may mount: root on Linux. Tests that need it are skipped elsewhere, and say so. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount()

/** A disk of its own in memory, that can really be full or read-only. */
export async function createSmallDisk(megabytes: number): Promise<SmallDisk> {
  const root = await mkdtemp(join(tmpdir(), 'watchfloor-disk-'))
  mount(['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', root])
  const folder = join(root, 'data')
  await mkdir(folder)
  const filler = join(root, 'filler')
  return {
    folder,
    fill: async (keepBytes = 0) => {
      await rm(filler, { force: true })
      const { bavail, bsize } = await statfs(root)
      writeUpTo(filler, bavail * bsize - keepBytes)
    },
    free: () => rm(filler, { force: true }),
    setReadOnly: (isReadOnly) => mount(['-o', `remount,${isReadOnly ? 'ro' : 'rw'}`, root]),
    dispose: async () => {
      spawnSync('umount', ['-l', root])
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** Writes until so many bytes are there, or the disk takes no more. */
function writeUpTo(path: string, bytes: number): void {
  const file = openSync(path, 'w')
  const block = Buffer.alloc(4_096)
  try {
    for (let written = 0; written < bytes; written += block.length) writeSync(file, block)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  } finally {
    closeSync(file)
  }
}

function mount(args: string[]): void {
  const run = spawnSync('mount', args, { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`mount ${args.join(' ')} failed: ${run.stderr}`)
}

function tryMount(): boolean {
  return spawnSync('unshare', ['--mount', 'true']).status === 0
}
