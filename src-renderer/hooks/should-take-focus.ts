/** Whether the focus may follow the selection into a list: never when another control has it. */
export function shouldTakeFocus(): boolean {
  const focused = document.activeElement
  return focused === null || focused === document.body || focused.getAttribute('role') === 'listbox'
}
