import { readFileSync, writeFileSync } from 'node:fs'
import * as z from 'zod'

const boundsSchema = z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() })
export type Bounds = z.infer<typeof boundsSchema>

const stateSchema = z.object({ bounds: boundsSchema, isMaximized: z.boolean() })
export type WindowState = z.infer<typeof stateSchema>

/** Small enough for a laptop, large enough that no part of the page is cut off; in pixels. */
export const smallest = { width: 960, height: 600 }
const usual = { width: 1600, height: 950 }

/**
 * Where the window opens: where it was, as long as that is on a screen that is still there; else in the middle of
 * the first one.
 */
export function placeWindow(saved: WindowState | null, screens: readonly Bounds[]): WindowState {
  const [first = { x: 0, y: 0, ...usual }] = screens
  const screen = saved === null ? undefined : screens.find((each) => overlap(each, saved.bounds) > 0.3)
  if (saved === null || screen === undefined) {
    const width = Math.min(usual.width, first.width)
    const height = Math.min(usual.height, first.height)
    const x = first.x + Math.round((first.width - width) / 2)
    const y = first.y + Math.round((first.height - height) / 2)
    return { bounds: { x, y, width, height }, isMaximized: false }
  }
  const width = Math.min(Math.max(saved.bounds.width, smallest.width), screen.width)
  const height = Math.min(Math.max(saved.bounds.height, smallest.height), screen.height)
  return { bounds: { ...saved.bounds, width, height }, isMaximized: saved.isMaximized }
}

/** The share of the window that is on the screen, 0 to 1. */
function overlap(screen: Bounds, window: Bounds): number {
  const across = (from: 'x' | 'y', size: 'width' | 'height') =>
    Math.max(
      0,
      Math.min(screen[from] + screen[size], window[from] + window[size]) -
        Math.max(screen[from], window[from]),
    )
  return (across('x', 'width') * across('y', 'height')) / (window.width * window.height)
}

/** What was saved, or null: the first start, or a file that is not ours. */
export function readWindowState(file: string): WindowState | null {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}

/** Saves it; a place that cannot be kept is no reason to disturb anybody. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(file, JSON.stringify(state))
  } catch {
    // The next start takes the usual place.
  }
}
