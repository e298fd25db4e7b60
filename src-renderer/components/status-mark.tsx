import type { IncidentStatus } from '../../src-shared/domain/incident.ts'

/** Status by shape: an open ring needs someone, a tick has someone, a green tick is over. */
export function StatusMark({ status }: { status: IncidentStatus }) {
  return (
    <svg
      className={`status-${status}`}
      width="12"
      height="12"
      viewBox="0 0 12 12"
      fill="none"
      aria-hidden="true"
    >
      {status === 'triggered' ? (
        <circle cx="6" cy="6" r="4.6" stroke="currentColor" strokeWidth="1.6" />
      ) : (
        <path d="M2 6.4 5 9.2 10.4 3" stroke="currentColor" strokeWidth="1.7" />
      )}
    </svg>
  )
}
