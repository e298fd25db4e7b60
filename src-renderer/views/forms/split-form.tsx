import { useState } from 'react'
import type { IncidentDetail } from '../../../src-shared/console-views.ts'
import { SeverityMark } from '../../components/severity-mark.tsx'
import { useSession } from '../../hooks/use-session.ts'
import { openFirst } from '../../state/alert-order.ts'
import { texts } from '../../texts.ts'
import { ActionForm } from './action-form.tsx'

const words = texts.forms.split

/** Chooses the alerts that become an incident of their own. */
export function SplitForm({ detail }: { detail: IncidentDetail }) {
  const session = useSession()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const alerts = detail.alerts.toSorted(openFirst)
  const services = new Map(detail.services.map((service) => [service.id, service.name]))

  function toggle(id: string): void {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }

  return (
    <ActionForm
      heading={texts.forms.heading.split}
      send={words.send(chosen.size)}
      onSend={() => {
        const alertIds = alerts.filter(({ id }) => chosen.has(id)).map(({ id }) => id)
        if (alertIds.length === 0) return words.none
        if (alertIds.length >= detail.row.alertCount) return words.all
        session.perform({ kind: 'split', incidentId: detail.row.id, alertIds })
        return null
      }}
    >
      <fieldset className="check-list">
        <legend>{words.legend}</legend>
        {alerts.map((alert) => (
          <label key={alert.id}>
            <input type="checkbox" checked={chosen.has(alert.id)} onChange={() => toggle(alert.id)} />
            <SeverityMark severity={alert.severity} size={10} />
            <span className="check-title">{alert.title}</span>
            <small>
              {services.get(alert.serviceId) ?? ''} · {alert.dedupKey}
            </small>
          </label>
        ))}
      </fieldset>
    </ActionForm>
  )
}
