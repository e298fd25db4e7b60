import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from 'react'
import type { ShiftLog } from '../../src-shared/console-panels.ts'
import { Dialog } from '../components/dialog.tsx'
import { SiteChoice } from '../components/site-choice.tsx'
import { useNow, usePanels, useSession } from '../hooks/use-session.ts'
import { formatFull, formatShortSince } from '../state/format.ts'
import { texts } from '../texts.ts'

const words = texts.shift

/** What operators write down that belongs to no incident. */
export function ShiftLogDialog() {
  const { panels } = useSession()
  const logs = usePanels((state) => state.shift)
  const [chosen, choose] = useState<string | null>(null)
  const log = logs?.find(({ siteId }) => siteId === chosen) ?? logs?.[0]
  return (
    <Dialog heading={words.heading} closeLabel={texts.panel.close} close={() => panels.show(null)}>
      {log === undefined || !logs ? (
        <p className="panel-message">{texts.panel.loading}</p>
      ) : (
        <>
          <Writing siteId={log.siteId}>
            <SiteChoice sites={logs} siteId={log.siteId} choose={choose} />
          </Writing>
          <Entries log={log} />
        </>
      )}
    </Dialog>
  )
}

function Writing({ siteId, children }: { siteId: string; children: React.ReactNode }) {
  const session = useSession()
  const field = useRef<HTMLTextAreaElement>(null)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => field.current?.focus(), [])

  function send(): void {
    const text = field.current?.value.trim() ?? ''
    setError(text === '' ? words.error : null)
    if (text === '' || field.current === null) return
    session.performAt(siteId, { kind: 'writeShift', text })
    field.current.value = ''
    field.current.focus()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing || event.key !== 'Enter' || event.shiftKey) return
    send()
    event.preventDefault()
  }

  return (
    <form
      className="panel-form"
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        send()
      }}
    >
      {children}
      <textarea
        ref={field}
        rows={2}
        maxLength={4096}
        aria-label={words.label}
        placeholder={words.placeholder}
        onKeyDown={onKeyDown}
      />
      <p className="form-error" role="alert">
        {error}
      </p>
      <div className="form-foot">
        <small>{words.hint}</small>
        <button type="submit" className="button primary">
          {words.send}
        </button>
      </div>
    </form>
  )
}

function Entries({ log: { entries, pending } }: { log: ShiftLog }) {
  const waiting = pending.flatMap(({ body, commandId, issuedAt, state }) =>
    body.kind === 'writeShift' ? [{ commandId, issuedAt, state, text: body.text }] : [],
  )
  if (entries.length === 0 && waiting.length === 0) return <p className="panel-message">{words.none}</p>
  return (
    // A region that scrolls must be reachable by key.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="panel-body" aria-label={words.entries} tabIndex={0}>
      <ol className="shift-entries">
        {waiting.toReversed().map(({ commandId, issuedAt, state, text }) => (
          <li key={commandId}>
            <Head at={issuedAt}>
              <span className="pending">{texts.panel.waiting(state)}</span>
            </Head>
            <p>{text}</p>
          </li>
        ))}
        {entries.map(({ id, at, author, text }) => (
          <li key={id}>
            <Head at={at}>
              <b>{author}</b>
            </Head>
            <p>{text}</p>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Head({ at, children }: { at: number; children: React.ReactNode }) {
  const clock = useNow((now) => formatShortSince(at, now))
  return (
    <div className="entry-head">
      <time dateTime={new Date(at).toISOString()} title={formatFull(at)}>
        {clock}
      </time>
      {children}
    </div>
  )
}
