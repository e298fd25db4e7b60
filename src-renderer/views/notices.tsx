import { useStore } from 'zustand/react'
import { useSession } from '../hooks/use-session.ts'
import { SeverityMark } from '../components/severity-mark.tsx'
import { texts } from '../texts.ts'

/** What did not go as asked, until the operator has seen it. Over the pane's foot: it moves no row. */
export function Notices() {
  const session = useSession()
  const notices = useStore(session.notices.store, (state) => state.notices)
  if (notices.length === 0) return null
  return (
    <section className="notices" aria-label={texts.notices.label}>
      {notices.map(({ id, tone, title, message, incidentId }) => (
        <div key={id} className={`notice is-${tone}`} role="alert">
          <SeverityMark severity={tone} />
          <div>
            <b>{title}</b>
            <p>{message}</p>
          </div>
          <div className="notice-actions">
            {incidentId !== null && (
              <button type="button" className="button" onClick={() => session.focusIncident(incidentId)}>
                {texts.notices.show}
              </button>
            )}
            <button type="button" className="button" onClick={() => session.notices.dismiss(id)}>
              {texts.notices.dismiss}
            </button>
          </div>
        </div>
      ))}
    </section>
  )
}
