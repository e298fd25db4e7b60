import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react'
import { KeyButton } from '../../components/key-button.tsx'
import { returnFocus } from '../../hooks/list-focus.ts'
import { useSession } from '../../hooks/use-session.ts'
import { texts } from '../../texts.ts'

const words = texts.forms
const firstControl = ':is(input, textarea, select, button):enabled'

export interface ActionFormProps {
  heading: string
  /** What the keys do here. */
  hint?: string
  /** On the button that sends; without it the form's own buttons are all there is to press. */
  send?: string
  /** Sends what was filled in. A sentence says what is wrong with it; null closes the form. */
  onSend: () => string | null
  /** Answers keys that are not typed into a field, before the page does. Returns whether it did. */
  onPlainKey?: (key: string) => boolean
  children: ReactNode
}

/** A form of the pane: the first field has the focus, Enter sends, Escape closes, and the focus goes back to the list. */
export function ActionForm({ heading, hint, send, onSend, onPlainKey, children }: ActionFormProps) {
  const close = useCloseForm()
  const form = useRef<HTMLFormElement>(null)
  const [error, setError] = useState<string | null>(null)
  // What is disabled takes no focus, and the form would answer no key.
  useEffect(() => form.current?.querySelector<HTMLElement>(firstControl)?.focus(), [])

  function submit(): void {
    const wrong = onSend()
    setError(wrong)
    if (wrong === null) close()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing || event.altKey) return
    const { target } = event
    const isChord = event.ctrlKey || event.metaKey
    // Ctrl+Enter sends as well, as it does elsewhere; all other chords are the browser's.
    if (isChord && event.key !== 'Enter') return
    const isText = target instanceof HTMLTextAreaElement
    const isTyped = isText || (target instanceof HTMLInputElement && target.type !== 'checkbox')
    if (event.key === 'Escape') close()
    else if (event.key === 'Enter' && isText && !event.shiftKey) submit()
    else if (isTyped || !onPlainKey?.(event.key)) return
    event.preventDefault()
    event.stopPropagation()
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    submit()
  }

  return (
    // Keys of the form as a whole; each control in it has its own.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      ref={form}
      className="action-form"
      aria-label={heading}
      noValidate
      onSubmit={onSubmit}
      onKeyDown={onKeyDown}
    >
      <h3>{heading}</h3>
      {children}
      <p className="form-error" role="alert">
        {error}
      </p>
      <div className="form-foot">
        <small>{hint ?? words.hint}</small>
        <button type="button" className="button" onClick={close}>
          {words.cancel}
        </button>
        {send !== undefined && (
          <button type="submit" className="button primary">
            {send}
          </button>
        )}
      </div>
    </form>
  )
}

/** Closes the form that is open, and gives the focus back. */
export function useCloseForm(): () => void {
  const session = useSession()
  return () => {
    session.detail.openForm(null)
    returnFocus()
  }
}

export interface Choice {
  /** The key that takes it, where it has one. */
  keys: string
  label: ReactNode
  take: () => void
  isDisabled?: boolean
}

/** Buttons that each send at once, each with its digit. */
export function Choices({ choices }: { choices: readonly Choice[] }) {
  return (
    <div className="choices">
      {choices.map(({ keys, label, take, isDisabled }) => (
        <KeyButton key={keys} keys={keys} disabled={isDisabled} onClick={take}>
          {label}
        </KeyButton>
      ))}
    </div>
  )
}

/** Takes the choice of a key. Returns whether there is one. */
export function takeChoice(choices: readonly Choice[], key: string): boolean {
  const choice = choices.find(({ keys, isDisabled }) => keys === key && isDisabled !== true)
  choice?.take()
  return choice !== undefined
}
