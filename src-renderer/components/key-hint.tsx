/** A key, for eyes only: the control that carries it says it with `aria-keyshortcuts`. */
export function KeyHint({ keys }: { keys: string }) {
  return <kbd aria-hidden="true">{keys}</kbd>
}
