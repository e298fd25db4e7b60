import { useEffect } from 'react'
import type { ConsoleSession } from '../state/console-session.ts'
import { runKey, type KeyContext } from '../state/keys.ts'

/** Keys that belong to the element they are pressed on, when it is one of these. */
const typing = 'input, textarea, select, [contenteditable="true"]'
const pressing = 'button, a, summary'
const scrolling = '[data-scrolls]'
const scrollKeys = ['ArrowUp', 'ArrowDown', 'Home', 'End']

/** Answers keys wherever the focus is, but where someone types, or the focused control needs the key itself. */
export function useKeyboard(session: ConsoleSession, openHelp: () => void): void {
  useEffect(() => {
    const context: KeyContext = { session, openHelp, lastG: 0 }
    function onKeyDown(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented)
        return
      const target = event.target instanceof Element ? event.target : null
      if (target?.closest(typing) || target?.closest('dialog[open]')) return
      if (event.key === 'Enter' && target?.closest(pressing)) return
      if (scrollKeys.includes(event.key) && target?.closest(scrolling)) return
      if (runKey(event.key, context)) event.preventDefault()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [session, openHelp])
}
