/** The SQLite binding crashes in older ones instead of saying so. */
const neededMajor = 24

/**
 * What to tell whoever started a program on a Node that is too old, in one sentence; null when it is new enough.
 * Electron brings a Node of its own, with a binding made for it.
 */
export function nodeTooOld(versions: { node: string; electron?: string | undefined }): string | null {
  if (versions.electron !== undefined || Number.parseInt(versions.node, 10) >= neededMajor) return null
  return `Watchfloor needs Node ${neededMajor} or newer and this is ${versions.node}: start it with its npm scripts, which bring the right one.`
}
