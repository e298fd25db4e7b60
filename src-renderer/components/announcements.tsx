import { useStore } from 'zustand/react'
import { useSession } from '../hooks/use-session.ts'

/** What a screen reader is told unasked. */
export function Announcements() {
  const sentence = useStore(useSession().announcer.store, (state) => state.sentence)
  return (
    <output className="unseen" aria-live="polite">
      {sentence}
    </output>
  )
}
