import type { MenuItemConstructorOptions } from 'electron'
import type { IncidentRef, TrayState } from '../core/ports.ts'

export interface TrayActions {
  open: () => void
  openIncident: (target: IncidentRef) => void
  quit: () => void
}

/** A title longer than this is cut: menus do not wrap; in characters. */
const longestTitle = 60

/** How fresh it is, the newest incidents, and the ways in and out. */
export function trayMenu(state: TrayState, actions: TrayActions): MenuItemConstructorOptions[] {
  const incidents = state.newest.map(
    ({ siteId, incidentId, number, title, severity }): MenuItemConstructorOptions => ({
      label: escapeLabel(`#${number}  ${capital(severity)}: ${shorten(title)}`),
      click: () => actions.openIncident({ siteId, incidentId }),
    }),
  )
  const more = state.triggered - incidents.length
  return [
    { label: escapeLabel(state.freshnessText), enabled: false },
    { type: 'separator' },
    ...(incidents.length === 0 ? [{ label: 'Nothing triggered', enabled: false }] : incidents),
    ...(more > 0 && incidents.length > 0 ? [{ label: `${more} more`, click: actions.open }] : []),
    { type: 'separator' },
    { label: 'Open Watchfloor', click: actions.open },
    { label: 'Quit', click: actions.quit },
  ]
}

/** Titles come from monitoring: an ampersand would become a shortcut. */
function escapeLabel(text: string): string {
  return text.replaceAll('&', '&&')
}

function shorten(text: string): string {
  return text.length <= longestTitle ? text : `${text.slice(0, longestTitle - 1)}…`
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
