import { useRef, useState } from 'react'
import type { IncidentDetail } from '../../../src-shared/console-views.ts'
import type { Service } from '../../../src-shared/domain/service.ts'
import { useSession } from '../../hooks/use-session.ts'
import { labelsOf, labelsText } from '../../state/label-fields.ts'
import { serviceToEdit } from '../../state/own-edits.ts'
import { texts } from '../../texts.ts'
import { ActionForm } from './action-form.tsx'

const words = texts.forms.service

/** Who looks after a service of the incident, by which runbook, and its labels. */
export function ServiceForm({ detail }: { detail: IncidentDetail }) {
  const [services] = useState(() => detail.services.map((each) => serviceToEdit(each, detail.serviceEdits)))
  const [chosen, choose] = useState(services[0]?.id ?? '')
  const service = services.find(({ id }) => id === chosen)
  if (!service) return null
  return (
    <Fields key={service.id} siteId={detail.siteId} service={service}>
      {services.length > 1 && (
        <label className="labelled">
          <span>{words.service}</span>
          <select value={chosen} onChange={({ target }) => choose(target.value)}>
            {services.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
    </Fields>
  )
}

interface FieldsProps {
  siteId: string
  /** As it was when the form was opened, with own edits that wait: whoever was quicker is not overruled unseen. */
  service: Service
  children: React.ReactNode
}

function Fields({ siteId, service, children }: FieldsProps) {
  const session = useSession()
  const team = useRef<HTMLInputElement>(null)
  const runbook = useRef<HTMLInputElement>(null)
  const labels = useRef<HTMLInputElement>(null)
  const valueOf = (field: typeof team): string => field.current?.value.trim() ?? ''
  return (
    <ActionForm
      heading={words.heading(service.name)}
      send={texts.forms.save}
      onSend={() => {
        const runbookUrl = valueOf(runbook)
        if (runbookUrl !== '' && !/^https?:\/\/./i.test(runbookUrl)) return texts.forms.ticket.urlError
        const read = labelsOf(valueOf(labels))
        if (!read.ok) return read.message
        session.performAt(siteId, {
          kind: 'editService',
          serviceId: service.id,
          seen: service.revision,
          team: valueOf(team) || null,
          runbookUrl: runbookUrl || null,
          labels: read.value,
        })
        return null
      }}
    >
      <div className="fields">
        {children}
        <label className="labelled">
          <span>{words.team}</span>
          <input ref={team} maxLength={200} defaultValue={service.team ?? ''} />
        </label>
        <label className="labelled grows">
          <span>{words.runbook}</span>
          <input ref={runbook} inputMode="url" maxLength={2048} defaultValue={service.runbookUrl ?? ''} />
        </label>
      </div>
      <label className="labelled grows">
        <span>{words.labels}</span>
        <input
          ref={labels}
          placeholder={texts.maintenance.labelsPlaceholder}
          defaultValue={labelsText(service.labels)}
        />
      </label>
    </ActionForm>
  )
}
