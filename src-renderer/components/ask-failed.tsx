import { sentence } from '../texts/words.ts'

export interface AskFailedProps {
  /** What was not done, as a sentence. */
  what: string
  /** Why, in the words of who refused it. */
  message: string
  /** What that means. */
  hint?: string
}

/** A server could not be asked, or refused: never to be taken for an answer. */
export function AskFailed({ what, message, hint }: AskFailedProps) {
  return (
    <p className="ask-failed" role="alert">
      <b>{what}</b> {sentence(message)} {hint}
    </p>
  )
}
