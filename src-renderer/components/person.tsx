import { formatInitials } from '../state/format.ts'

/** A person as two letters in a circle; `isMe` sets the operator apart from colleagues. */
export function Person({ name, isMe = false }: { name: string; isMe?: boolean }) {
  return (
    <span className={isMe ? 'person me' : 'person'} title={name} aria-hidden="true">
      {formatInitials(name)}
    </span>
  )
}
