import type { TrayState } from '../core/ports.ts'

/** The pictures in assets/tray/: freshness comes before severity, so that a blind console never looks calm. */
export function pictureName(state: TrayState): string {
  switch (state.freshness) {
    case null:
    case 'connecting':
      return 'connecting'
    case 'stale':
      return 'stale'
    case 'blind':
      return 'blind'
    case 'live':
      return state.worst ?? 'live'
  }
}

/** One or two lines: what a hand on the tray reads. */
export function trayTooltip(state: TrayState): string {
  const incidents =
    state.triggered === 0
      ? 'nothing triggered'
      : `${state.triggered} triggered, worst ${state.worst ?? 'unknown'}`
  return `Watchfloor: ${incidents}\n${state.freshnessText}`
}
