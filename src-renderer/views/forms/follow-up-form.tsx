import { useRef, useState } from 'react'
import type { IncidentDetail } from '../../../src-shared/console-views.ts'
import { TimeField } from '../../components/time-field.tsx'
import { useSession } from '../../hooks/use-session.ts'
import { laterBy, readTime, toTimeField } from '../../state/time-fields.ts'
import { texts } from '../../texts.ts'
import { ActionForm, useCloseForm } from './action-form.tsx'

const words = texts.forms.followUp
const hour = 3_600_000

/** When to look again, and why; or that there is no need to. */
export function FollowUpForm({ detail }: { detail: IncidentDetail }) {
  const session = useSession()
  const close = useCloseForm()
  const text = useRef<HTMLInputElement>(null)
  const [known] = useState(detail.incident.followUp)
  const [at, setAt] = useState(() =>
    toTimeField(known && !known.isDue ? known.at : laterBy(Date.now(), hour)),
  )
  const incidentId = detail.row.id
  const seen = known?.at ?? null
  return (
    <ActionForm
      heading={texts.forms.heading.followUp}
      send={words.send}
      onSend={() => {
        const time = readTime(at, Date.now())
        if (time === null) return texts.forms.time.error
        if (time <= Date.now()) return texts.forms.time.passed
        const followUp = { at: time, text: text.current?.value.trim() ?? '' }
        session.perform({ kind: 'followUp', incidentId, followUp, seen })
        return null
      }}
    >
      <div className="fields">
        <TimeField label={words.at} value={at} set={setAt} />
        <label className="labelled grows">
          <span>{words.text}</span>
          <input
            ref={text}
            maxLength={500}
            placeholder={words.placeholder}
            defaultValue={known?.text ?? ''}
          />
        </label>
        {known !== null && (
          <button
            type="button"
            className="button"
            onClick={() => {
              session.perform({ kind: 'followUp', incidentId, followUp: null, seen })
              close()
            }}
          >
            {texts.forms.remove}
          </button>
        )}
      </div>
    </ActionForm>
  )
}
