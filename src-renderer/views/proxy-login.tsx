import { useState, type FormEvent } from 'react'
import { consoleMethods } from '../../src-shared/console-api.ts'
import { useFreshness, useSession } from '../hooks/use-session.ts'
import { formatClock } from '../state/format.ts'
import { texts } from '../texts.ts'

const words = texts.proxy

/** A form for each proxy that asks for a login; gone when it no longer asks. */
export function ProxyLogins() {
  const proxies = useFreshness((view) => view.proxiesAsking)
  return proxies.map((proxy) => <ProxyLogin key={proxy} proxy={proxy} />)
}

function ProxyLogin({ proxy }: { proxy: string }) {
  const session = useSession()
  const [isPutOff, setPutOff] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const [sentAt, setSentAt] = useState<number | null>(null)

  async function send(form: HTMLFormElement): Promise<void> {
    const data = new FormData(form)
    const input = { proxy, user: textOf(data, 'user').trim(), password: textOf(data, 'password') }
    if (!consoleMethods.setProxyLogin.input.safeParse(input).success) {
      setError(input.user === '' ? words.userError : words.tooLong)
      return
    }
    setError(null)
    setBusy(true)
    const failure = await session.setProxyLogin(input)
    setBusy(false)
    setError(failure)
    setSentAt(failure === null ? Date.now() : null)
    if (failure === null) form.reset()
  }

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    void send(event.currentTarget)
  }

  if (isPutOff) {
    return (
      <button type="button" className="button" onClick={() => setPutOff(false)}>
        {words.open}
      </button>
    )
  }
  return (
    <form
      className="notice is-critical proxy-login"
      aria-label={words.heading(proxy)}
      onSubmit={onSubmit}
      noValidate
    >
      <b>{words.heading(proxy)}</b>
      <label>
        {words.user}
        <input name="user" type="text" autoComplete="off" spellCheck={false} aria-invalid={error !== null} />
      </label>
      <label>
        {words.password}
        <input name="password" type="password" autoComplete="off" />
      </label>
      {error !== null && (
        <p className="form-error" role="alert">
          {error}
        </p>
      )}
      {sentAt !== null && <output>{words.sent(formatClock(sentAt))}</output>}
      <div className="notice-actions">
        <button type="submit" className="button primary" disabled={isBusy}>
          {isBusy ? words.sending : words.send}
        </button>
        <button type="button" className="button" onClick={() => setPutOff(true)}>
          {words.later}
        </button>
      </div>
    </form>
  )
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}
