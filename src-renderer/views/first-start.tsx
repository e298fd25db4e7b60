import { useState, type FormEvent } from 'react'
import { consoleMethods } from '../../src-shared/console-api.ts'
import { Logo } from '../components/logo.tsx'
import { useBoard, useSession } from '../hooks/use-session.ts'
import { texts } from '../texts.ts'

const words = texts.firstStart
type Errors = { url?: string; token?: string; form?: string }

/** Asks for the first server, or starts the demo. */
export function FirstStart() {
  const session = useSession()
  const demoAvailable = useBoard((state) => state.demoAvailable)
  const [busy, setBusy] = useState<'connect' | 'demo' | null>(null)
  const [errors, setErrors] = useState<Errors>({})

  async function connect(form: FormData): Promise<void> {
    const input = { url: fieldOf(form, 'url'), token: fieldOf(form, 'token') }
    const parsed = consoleMethods.addSite.input.safeParse(input)
    if (!parsed.success) {
      const wrong = new Set(parsed.error.issues.map((issue) => issue.path[0]))
      setErrors({
        ...(wrong.has('url') ? { url: words.urlError } : {}),
        ...(wrong.has('token') ? { token: words.tokenError } : {}),
      })
      return
    }
    setErrors({})
    setBusy('connect')
    const failure = await session.addSite(parsed.data)
    setBusy(null)
    if (failure !== null) setErrors({ form: failure })
  }

  async function startDemo(): Promise<void> {
    setErrors({})
    setBusy('demo')
    const failure = await session.startDemo()
    setBusy(null)
    if (failure !== null) setErrors({ form: failure })
  }

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    void connect(new FormData(event.currentTarget))
  }

  return (
    <main className="screen">
      <Logo size={36} />
      <h1>{words.heading}</h1>
      <p>{words.lead}</p>
      <form onSubmit={onSubmit} noValidate>
        <Field name="url" type="url" label={words.url} hint={words.urlHint} error={errors.url} />
        <Field name="token" type="password" label={words.token} hint={words.tokenHint} error={errors.token} />
        {errors.form !== undefined && (
          <p className="form-error" role="alert">
            {errors.form}
          </p>
        )}
        <button type="submit" className="button primary" disabled={busy !== null}>
          {busy === 'connect' ? words.connecting : words.connect}
        </button>
      </form>
      {demoAvailable && (
        <div className="demo">
          <span className="or">{words.or}</span>
          <button type="button" className="button" disabled={busy !== null} onClick={() => void startDemo()}>
            {busy === 'demo' ? words.demoStarting : words.demo}
          </button>
          <p>{words.demoHint}</p>
        </div>
      )}
    </main>
  )
}

interface FieldProps {
  name: string
  type: string
  label: string
  hint: string
  error: string | undefined
}

function Field({ name, type, label, hint, error }: FieldProps) {
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <input
        id={name}
        name={name}
        type={type}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={error !== undefined}
        aria-describedby={`${name}-hint`}
      />
      <small id={`${name}-hint`} className={error === undefined ? '' : 'field-error'}>
        {error ?? hint}
      </small>
    </div>
  )
}

function fieldOf(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim() : ''
}
