/** Whether the focus may follow the selection into a list: never when another control has it. */
export function shouldTakeFocus(): boolean {
  const focused = document.activeElement
  return focused === null || focused === document.body || focused.getAttribute('role') === 'listbox'
}

/** Gives the focus back to the list that holds the selection; to the incident's pane where none does. */
export function returnFocus(): void {
  const list = document.querySelector<HTMLElement>('[role="listbox"][aria-activedescendant]')
  const target = list ?? document.getElementById('incident-pane')
  target?.focus({ preventScroll: true })
}
