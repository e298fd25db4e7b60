import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { longestFilter, type FilterValues } from '../../src-shared/console-panels.ts'
import type { FilterAbout, FilterProblem } from '../../src-shared/filter/filter.ts'
import { suggestFilter, type Suggestion } from '../../src-shared/filter/suggest-filter.ts'
import { texts } from '../texts.ts'

const words = texts.filter
const noItems: readonly Suggestion[] = []

export interface FilterInputProps {
  id: string
  label: string
  placeholder: string
  /** The key that leads here from anywhere, where there is one. */
  keys?: string
  about: FilterAbout
  text: string
  known: FilterValues
  problem: Pick<FilterProblem, 'message' | 'span'> | null
  write: (text: string) => void
  /** Asks what there is to be offered. */
  learn: () => void
  /** Enter, while no suggestion is chosen. */
  enter: () => void
  /** Esc, while no suggestion is chosen; where it is not given, it closes the suggestions, and then what is around it. */
  escape?: () => void
}

/** A field of the filter language, with what could be written next, and what is wrong at its very characters. */
export function FilterInput(props: FilterInputProps) {
  const { id, label, placeholder, keys, about, text, known, problem, write, learn, enter, escape } = props
  const field = useRef<HTMLInputElement>(null)
  const listId = useId()
  const problemId = useId()
  // The cursor while suggestions are offered; null while they are not.
  const [cursor, setCursor] = useState<number | null>(null)
  const [active, setActive] = useState(-1)
  const suggestions = cursor === null ? null : suggestFilter(text, cursor, known, about)
  const items = suggestions?.items ?? noItems
  // After a suggestion was taken, the cursor goes behind it.
  const [caret, setCaret] = useState<number | null>(null)
  useEffect(() => {
    if (caret !== null) field.current?.setSelectionRange(caret, caret)
  }, [caret])

  function change(value: string, position: number): void {
    write(value)
    setCursor(position)
    setActive(-1)
  }

  function take(item: Suggestion): void {
    const { from, to } = suggestions?.span ?? { from: 0, to: 0 }
    const space = item.kind === 'value' && to === text.length ? ' ' : ''
    const position = from + item.insert.length + space.length
    change(`${text.slice(0, from)}${item.insert}${space}${text.slice(to)}`, position)
    setCaret(position)
    field.current?.focus()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return
    const chosen = items[active]
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && items.length > 0) setActive((active + step + items.length + 1) % (items.length + 1))
    else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) take(chosen)
    else if (event.key === 'Enter') {
      setCursor(null)
      enter()
    } else if (event.key === 'Escape' && chosen) setActive(-1)
    else if (event.key === 'Escape' && escape) {
      setCursor(null)
      escape()
    } else if (event.key === 'Escape' && items.length > 0) setCursor(null)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className="filter-box">
      <input
        id={id}
        ref={field}
        role="combobox"
        aria-label={label}
        aria-expanded={items.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-invalid={problem !== null}
        aria-describedby={problemId}
        {...(keys === undefined ? {} : { 'aria-keyshortcuts': keys })}
        {...(items[active] ? { 'aria-activedescendant': `${listId}-${active}` } : {})}
        autoComplete="off"
        spellCheck={false}
        maxLength={longestFilter}
        placeholder={placeholder}
        value={text}
        onFocus={learn}
        onChange={({ target }) => change(target.value, target.selectionStart ?? target.value.length)}
        onKeyDown={onKeyDown}
        onBlur={() => setCursor(null)}
      />
      <div
        id={listId}
        className="suggestions"
        role="listbox"
        aria-label={words.suggestions}
        hidden={items.length === 0}
      >
        {items.map((item, index) => (
          // Keys are answered by the field, which has the focus all the time.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={item.insert}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className={index === active ? 'is-active' : ''}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => take(item)}
          >
            <span>{item.label}</span> <small>{words.kind[item.kind]}</small>
          </div>
        ))}
      </div>
      <p id={problemId} className="filter-problem" role="status">
        {problem !== null && items.length === 0 && (
          <>
            <code>
              {text.slice(0, problem.span.from)}
              <mark>{text.slice(problem.span.from, problem.span.to) || ' '}</mark>
              {text.slice(problem.span.to)}
            </code>
            {' · '}
            {problem.message}
          </>
        )}
      </p>
    </div>
  )
}
