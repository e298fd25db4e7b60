import type { ComponentProps } from 'react'
import { KeyHint } from './key-hint.tsx'

export interface KeyButtonProps extends Omit<ComponentProps<'button'>, 'type' | 'aria-keyshortcuts'> {
  /** As `aria-keyshortcuts` has it. */
  keys: string
  /** The key as it is shown, where that is shorter. */
  hint?: string
}

/** A button that has a key of its own: seen beside its words, and told to those who do not see. */
export function KeyButton({ keys, hint = keys, className = 'button', children, ...rest }: KeyButtonProps) {
  return (
    <button type="button" className={className} aria-keyshortcuts={keys} {...rest}>
      {children} <KeyHint keys={hint} />
    </button>
  )
}
