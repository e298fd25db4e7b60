/** Whether the focus may follow the selection into a list: never when another control has it. */
export function shouldTakeFocus(): boolean {
  const focused = document.activeElement
  return focused === null || focused === document.body || focused.getAttribute('role') === 'listbox'
}

/** Gives the focus back to the list that holds the selection; else to the incident's pane, and without one to the list. */
export function returnFocus(): void {
  const holding = document.querySelector<HTMLElement>('[role="listbox"][aria-activedescendant]')
  const pane = document.querySelector<HTMLElement>('#incident-pane:has(.head)')
  const target = holding ?? pane ?? document.querySelector<HTMLElement>('.rows')
  target?.focus({ preventScroll: true })
}
