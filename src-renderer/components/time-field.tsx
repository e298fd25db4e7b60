import { useId } from 'react'
import { useNow } from '../hooks/use-session.ts'
import { formatAge, formatShortSince } from '../state/format.ts'
import { readTime } from '../state/time-fields.ts'
import { texts } from '../texts.ts'

export interface TimeFieldProps {
  label: string
  value: string
  set: (value: string) => void
  /** What `+2h` and a time of day count from; now when it is not given. */
  base?: number | null
}

/** A time as a person writes it, with what was understood of it below. */
export function TimeField({ label, value, set, base = null }: TimeFieldProps) {
  const hintId = useId()
  const understood = useNow((now) => {
    const at = readTime(value, base ?? now)
    if (at === null) return texts.forms.time.hint
    return texts.forms.time.understood(formatShortSince(at, now), at > now ? formatAge(at - now) : null)
  })
  return (
    <div className="time-field">
      <label className="labelled">
        <span>{label}</span>
        <input
          size={18}
          maxLength={40}
          autoComplete="off"
          spellCheck={false}
          aria-describedby={hintId}
          value={value}
          onChange={({ target }) => set(target.value)}
          onFocus={({ target }) => target.select()}
        />
      </label>
      <small id={hintId}>{understood}</small>
    </div>
  )
}
