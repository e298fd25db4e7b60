import { closeSync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'

/** Returns when what was written to this file has reached the disk. */
export function syncFile(path: string): void {
  sync(path, 'r+')
}

/** Returns when the name of this file has reached the disk. */
export function syncFolderOf(path: string): void {
  // Windows opens no folders; its file system keeps names by itself.
  if (process.platform !== 'win32') sync(dirname(path), 'r')
}

function sync(path: string, flags: 'r' | 'r+'): void {
  const descriptor = openSync(path, flags)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
