import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react'
import type { MaintenanceWindow } from '../../src-shared/domain/maintenance.ts'
import { TimeField } from '../components/time-field.tsx'
import { useNow, useSession } from '../hooks/use-session.ts'
import { coversWords, fieldsOf, planOf, type PlanFields } from '../state/maintenance-form.ts'
import { readTime } from '../state/time-fields.ts'
import { texts } from '../texts.ts'

const words = texts.maintenance

interface MaintenanceFormProps {
  siteId: string
  /** The window that is changed; null plans another. */
  window: MaintenanceWindow | null
  close: () => void
}

/** What a window covers and when it is on. */
export function MaintenanceForm({ siteId, window, close }: MaintenanceFormProps) {
  const session = useSession()
  const first = useRef<HTMLInputElement>(null)
  const [fields, setFields] = useState<PlanFields>(() => fieldsOf(window, Date.now()))
  const [error, setError] = useState<string | null>(null)
  useEffect(() => first.current?.focus(), [])
  const set = (changes: Partial<PlanFields>): void => setFields({ ...fields, ...changes })

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    const plan = planOf(fields, Date.now())
    if (!plan.ok) return setError(plan.message)
    const [windowId, seen] = [window?.id ?? null, window?.revision ?? null]
    session.performAt(siteId, { kind: 'planMaintenance', windowId, seen, plan: plan.value })
    close()
  }

  return (
    <form
      className="panel-form"
      noValidate
      aria-label={window ? words.changeHeading : words.planHeading}
      onSubmit={onSubmit}
    >
      <div className="fields">
        <Field label={words.title} grows>
          <input
            ref={first}
            maxLength={200}
            placeholder={words.titlePlaceholder}
            value={fields.title}
            onChange={({ target }) => set({ title: target.value })}
          />
        </Field>
        <Field label={words.services} grows>
          <input
            placeholder={words.servicesPlaceholder}
            value={fields.services}
            onChange={({ target }) => set({ services: target.value })}
          />
        </Field>
        <Field label={words.labels} grows>
          <input
            placeholder={words.labelsPlaceholder}
            value={fields.labels}
            onChange={({ target }) => set({ labels: target.value })}
          />
        </Field>
      </div>
      {fields.others.length > 0 && <p className="form-note">{words.others(coversWords(fields.others))}</p>}
      <fieldset className="kinds">
        <legend>{words.kind.label}</legend>
        {(['once', 'weekly'] as const).map((kind) => (
          <label key={kind}>
            <input type="radio" name="kind" checked={fields.kind === kind} onChange={() => set({ kind })} />
            {words.kind[kind]}
          </label>
        ))}
      </fieldset>
      {fields.kind === 'once' ? <Once fields={fields} set={set} /> : <Weekly fields={fields} set={set} />}
      <p className="form-error" role="alert">
        {error}
      </p>
      <div className="form-foot">
        <small>{texts.forms.hint}</small>
        <button type="button" className="button" onClick={close}>
          {words.cancel}
        </button>
        <button type="submit" className="button primary">
          {window ? words.save : words.send}
        </button>
      </div>
    </form>
  )
}

interface PartProps {
  fields: PlanFields
  set: (changes: Partial<PlanFields>) => void
}

function Once({ fields, set }: PartProps) {
  const start = useNow((now) => readTime(fields.startsAt, now) ?? now)
  return (
    <div className="fields">
      <TimeField label={words.from} value={fields.startsAt} set={(startsAt) => set({ startsAt })} />
      <TimeField label={words.to} value={fields.endsAt} set={(endsAt) => set({ endsAt })} base={start} />
    </div>
  )
}

function Weekly({ fields, set }: PartProps) {
  const { weekdays } = fields
  const toggle = (day: number): void =>
    set({ weekdays: weekdays.includes(day) ? weekdays.filter((each) => each !== day) : [...weekdays, day] })
  return (
    <>
      <fieldset className="kinds">
        <legend>{words.weekdays}</legend>
        {words.days.map((name, day) => (
          <label key={name}>
            <input type="checkbox" checked={weekdays.includes(day)} onChange={() => toggle(day)} />
            {name}
          </label>
        ))}
      </fieldset>
      <div className="fields">
        <Field label={words.time}>
          <input size={5} value={fields.time} onChange={({ target }) => set({ time: target.value })} />
        </Field>
        <Field label={words.minutes}>
          <input
            inputMode="numeric"
            size={6}
            value={fields.minutes}
            onChange={({ target }) => set({ minutes: target.value })}
          />
        </Field>
        <Field label={words.timeZone}>
          <input
            size={22}
            maxLength={64}
            value={fields.timeZone}
            onChange={({ target }) => set({ timeZone: target.value })}
          />
        </Field>
      </div>
    </>
  )
}

function Field({ label, grows = false, children }: { label: string; grows?: boolean; children: ReactNode }) {
  return (
    // The control is among the children, which this rule cannot see.
    // oxlint-disable-next-line jsx-a11y/label-has-associated-control
    <label className={grows ? 'labelled grows' : 'labelled'}>
      <span>{label}</span>
      {children}
    </label>
  )
}
