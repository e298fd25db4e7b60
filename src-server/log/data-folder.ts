import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The log's file in its data folder. */
export function logFileOf(dataDir: string): string {
  return join(dataDir, 'watchfloor.db')
}

/** Makes the folder where it is missing. Throws, and says what is in the way, where it cannot be one. */
export function makeDataFolder(dataDir: string): void {
  if (existsSync(dataDir) && !isFolder(dataDir))
    throw new Error(`${dataDir} is no folder: give the server a folder of its own by --data-dir`)
  mkdirSync(dataDir, { recursive: true })
}

/** Throws where there is no log: a folder that was misspelt must not look like one that is empty. */
export function expectLog(dataDir: string): void {
  if (!existsSync(logFileOf(dataDir)))
    throw new Error(`there is no log in ${dataDir}: give the server's folder by --data-dir`)
}

export function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory()
}
