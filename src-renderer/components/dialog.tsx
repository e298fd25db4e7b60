import { useId, useLayoutEffect, useRef, type ReactNode } from 'react'
import { returnFocus } from '../hooks/list-focus.ts'

export interface DialogProps {
  heading: string
  /** On the button that closes. */
  closeLabel: string
  close: () => void
  /** For tables. */
  isWide?: boolean
  children: ReactNode
}

/** A panel over the board: Esc closes it, and the focus goes back to the list. */
export function Dialog({ heading, closeLabel, close, isWide = false, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const headingId = useId()
  // Before the effects of what is in it, which may give the focus to a field.
  useLayoutEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      ref={dialog}
      className={isWide ? 'panel-dialog is-wide' : 'panel-dialog'}
      aria-labelledby={headingId}
      onClose={() => {
        close()
        returnFocus()
      }}
    >
      <header>
        <h2 id={headingId}>{heading}</h2>
        <button type="button" className="button small" onClick={() => dialog.current?.close()}>
          {closeLabel}
        </button>
      </header>
      {children}
    </dialog>
  )
}
