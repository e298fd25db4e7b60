import { useEffect, useRef, useState } from 'react'
import { useBoard, useSession } from '../hooks/use-session.ts'
import { texts } from '../texts.ts'

const words = texts.demo

/** The list of keys, and what the demo has to offer. */
export function HelpDialog({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      ref={dialog}
      className="help"
      aria-labelledby="help-heading"
      onClose={close}
      onKeyDown={(event) => {
        if (event.key === '?') dialog.current?.close()
      }}
    >
      <h2 id="help-heading">{texts.help.heading}</h2>
      <dl>
        {texts.help.keys.map(({ keys, also, what }) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
              {also !== '' && <small>{also}</small>}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <Storm onBegun={() => dialog.current?.close()} />
      <button type="button" className="button" onClick={() => dialog.current?.close()}>
        {texts.help.close}
      </button>
    </dialog>
  )
}

/** Only where the demo is followed: no real server gets a storm from here. */
function Storm({ onBegun }: { onBegun: () => void }) {
  const session = useSession()
  const siteId = useBoard(({ sites }) => sites.find(({ isDemo }) => isDemo)?.siteId ?? null)
  const [failure, setFailure] = useState<string | null>(null)
  if (siteId === null) return null
  async function start(id: string): Promise<void> {
    const message = await session.startStorm(id)
    setFailure(message)
    if (message === null) onBegun()
  }
  return (
    <section className="storm" aria-labelledby="demo-heading">
      <h2 id="demo-heading">{words.heading}</h2>
      <p id="storm-lead">{words.lead}</p>
      <button
        type="button"
        className="button"
        aria-describedby="storm-lead"
        onClick={() => void start(siteId)}
      >
        {words.storm}
      </button>
      <p className="form-error" role="alert">
        {failure !== null && words.failed(failure)}
      </p>
    </section>
  )
}
