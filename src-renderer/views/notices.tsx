import { useStore } from 'zustand/react'
import { Instant } from '../components/instant.tsx'
import { SeverityMark } from '../components/severity-mark.tsx'
import { returnFocus } from '../hooks/list-focus.ts'
import { useFreshness, useSession } from '../hooks/use-session.ts'
import type { Notice } from '../state/notices-store.ts'
import { texts } from '../texts.ts'
import { ProxyLogins } from './proxy-login.tsx'

const words = texts.notices

/** What only the operator can settle, until it is: over the pane's foot, so that it moves no row. */
export function Notices() {
  const session = useSession()
  const notices = useStore(session.notices.store, (state) => state.notices)
  const isProxyAsking = useFreshness((view) => view.proxiesAsking.length > 0)
  if (notices.length === 0 && !isProxyAsking) return null
  const dismiss = (gone: readonly Notice[]) => {
    for (const notice of gone) session.dismissNotice(notice)
    returnFocus()
  }
  return (
    // A region that scrolls must be reachable by key; its buttons are.
    <section className="notices" aria-label={words.label} data-scrolls>
      <ProxyLogins />
      {notices.length > 2 && (
        <button type="button" className="button dismiss-all" onClick={() => dismiss(notices)}>
          {words.dismissAll(notices.length)}
        </button>
      )}
      {worstFirst(notices).map((notice) => (
        <Card key={`${notice.origin} ${notice.id}`} notice={notice} dismiss={() => dismiss([notice])} />
      ))}
    </section>
  )
}

function Card({ notice, dismiss }: { notice: Notice; dismiss: () => void }) {
  const session = useSession()
  const { tone, title, message, advice, at, incidentId } = notice
  return (
    <div className={`notice is-${tone}`} role={tone === 'info' ? 'status' : 'alert'}>
      <SeverityMark severity={tone} />
      <div>
        <b>{title}</b>
        <p>{message}</p>
        {advice !== null && <p className="advice">{advice}</p>}
      </div>
      <small>
        <Instant at={at} />
      </small>
      <div className="notice-actions">
        {incidentId !== null && (
          <button type="button" className="button" onClick={() => session.focusIncident(incidentId)}>
            {words.show}
          </button>
        )}
        <button type="button" className="button" onClick={dismiss}>
          {words.dismiss}
        </button>
      </div>
    </div>
  )
}

/** Errors first, in each tone the newest first. */
function worstFirst(notices: readonly Notice[]): Notice[] {
  const tones: readonly Notice['tone'][] = ['critical', 'warning', 'info']
  return notices.toSorted((a, b) => tones.indexOf(a.tone) - tones.indexOf(b.tone) || b.at - a.at)
}
