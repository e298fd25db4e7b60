import { useEffect, useRef } from 'react'
import { texts } from '../texts.ts'

/** The list of keys. */
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
      <button type="button" className="button" onClick={() => dialog.current?.close()}>
        {texts.help.close}
      </button>
    </dialog>
  )
}
