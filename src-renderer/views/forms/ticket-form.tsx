import { useRef } from 'react'
import type { IncidentDetail } from '../../../src-shared/console-views.ts'
import { UntrustedLink } from '../../components/untrusted-link.tsx'
import { useSession } from '../../hooks/use-session.ts'
import { texts } from '../../texts.ts'
import { ActionForm } from './action-form.tsx'

const words = texts.forms.ticket
const longestKey = 100

/** References to tickets in other systems. */
export function TicketForm({ detail }: { detail: IncidentDetail }) {
  const session = useSession()
  const keyField = useRef<HTMLInputElement>(null)
  const urlField = useRef<HTMLInputElement>(null)
  const incidentId = detail.row.id
  return (
    <ActionForm
      heading={texts.forms.heading.ticket}
      send={words.send}
      onSend={() => {
        const key = keyField.current?.value.trim() ?? ''
        const url = urlField.current?.value.trim() ?? ''
        if (key === '' || key.length > longestKey) return words.keyError
        if (url !== '' && !/^https?:\/\/./i.test(url)) return words.urlError
        session.perform({ kind: 'addTicket', incidentId, ticket: { key, url: url === '' ? null : url } })
        return null
      }}
    >
      <div className="fields">
        <label className="labelled">
          <span>{words.key}</span>
          <input ref={keyField} maxLength={longestKey} placeholder={words.keyPlaceholder} />
        </label>
        <label className="labelled grows">
          <span>{words.url}</span>
          <input ref={urlField} inputMode="url" maxLength={2048} placeholder={words.urlPlaceholder} />
        </label>
      </div>
      <ul className="ticket-list">
        {detail.incident.tickets.map(({ key, url }) => (
          <li key={key}>
            {url === null ? key : <UntrustedLink href={url}>{key}</UntrustedLink>}
            <button
              type="button"
              className="button small"
              aria-label={words.removeOne(key)}
              onClick={() => {
                session.perform({ kind: 'removeTicket', incidentId, key })
                // The button goes with its ticket: the focus must not go with it.
                keyField.current?.focus()
              }}
            >
              {texts.forms.remove}
            </button>
          </li>
        ))}
      </ul>
    </ActionForm>
  )
}
