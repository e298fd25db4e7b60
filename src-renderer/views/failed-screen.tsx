import { useBoard, useFreshness, useSession } from '../hooks/use-session.ts'
import { texts } from '../texts.ts'

/** The board could not be opened: why, and a way to try again. */
export function FailedScreen() {
  const session = useSession()
  const failure = useBoard((state) => state.failure)
  const isShellGone = useFreshness((view) => view.shellGone)
  const reason = isShellGone ? `${texts.freshness.shellGone}. ${texts.freshness.shellHint}` : failure
  return (
    <main className="screen">
      <h1>{texts.failed.heading}</h1>
      <p className="reason" role="alert">
        {reason}
      </p>
      <button
        type="button"
        className="button primary"
        onClick={() => (isShellGone ? session.connectNow() : void session.retryOpen())}
      >
        {texts.failed.again}
      </button>
    </main>
  )
}
