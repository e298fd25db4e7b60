import type { IncidentRow } from '../../src-shared/console-views.ts'
import { KeyHint } from '../components/key-hint.tsx'
import { useFreshness, useSession } from '../hooks/use-session.ts'
import { formatClock } from '../state/format.ts'
import type { PlainAction } from '../state/console-session.ts'
import { canAct } from '../state/keys.ts'
import { texts } from '../texts.ts'

const keyed: readonly { kind: PlainAction; keys: string }[] = [
  { kind: 'acknowledge', keys: 'a' },
  { kind: 'unacknowledge', keys: 'u' },
  { kind: 'resolve', keys: 'r' },
]

/** What can be done about it, each with its key, and what was done here and has no result yet. */
export function IncidentActions({ row }: { row: IncidentRow }) {
  const session = useSession()
  const isLive = useFreshness((view) => view.state === 'live')
  const possible = keyed.filter(({ kind }) => canAct(kind, row.status))
  return (
    <div className="actions" role="toolbar" aria-label={texts.incident.actions}>
      {possible.map(({ kind, keys }, index) => (
        <button
          key={kind}
          type="button"
          className={index === 0 && row.status === 'triggered' ? 'button primary' : 'button'}
          aria-keyshortcuts={keys}
          disabled={row.pending.some((pending) => pending.kind === kind)}
          onClick={() => session.act(kind, row.id)}
        >
          {texts.actions[kind]} <KeyHint keys={keys} />
        </button>
      ))}
      <button
        type="button"
        className="button"
        aria-keyshortcuts="n"
        onClick={() => session.detail.openNote(true)}
      >
        {texts.actions.note} <KeyHint keys="n" />
      </button>
      <span className="pendings">
        {row.pending.map((pending) => (
          <span key={pending.commandId} className="pending">
            {texts.pendingInFull(pending, isLive, formatClock(pending.issuedAt))}
          </span>
        ))}
      </span>
    </div>
  )
}
