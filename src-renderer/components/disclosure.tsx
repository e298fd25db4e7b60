import { useId, useState, type KeyboardEvent, type ReactNode } from 'react'

export interface DisclosureProps {
  className: string
  /** What is always on screen; it is the name of the button. */
  line: ReactNode
  /** What the panel is of, for screen readers. */
  label: string
  /** The panel's content. */
  children: ReactNode
}

/**
 * A line with more behind it, shown below under the pointer, with the focus and at a click. It can be pointed
 * at itself, stays while it is, and goes with Esc.
 */
export function Disclosure({ className, line, label, children }: DisclosureProps) {
  const [isOpen, setOpen] = useState(false)
  const panelId = useId()
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !isOpen) return
    setOpen(false)
    // Else it would let go of the incident too.
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    // The pointer only opens what the button inside opens by key.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className={`disclosure ${className}`}
      onPointerEnter={() => setOpen(true)}
      onPointerLeave={() => setOpen(false)}
      onFocus={() => setOpen(true)}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setOpen(false)
      }}
      onKeyDown={onKeyDown}
    >
      <button
        type="button"
        className="disclosed-by"
        aria-expanded={isOpen}
        aria-controls={panelId}
        onClick={() => setOpen(true)}
      >
        {line}
      </button>
      <div id={panelId} className="disclosed" role="group" aria-label={label} hidden={!isOpen}>
        {children}
      </div>
    </div>
  )
}
