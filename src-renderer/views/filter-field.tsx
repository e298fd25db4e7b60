import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { longestFilter } from '../../src-shared/console-panels.ts'
import { suggestFilter, type Suggestion } from '../../src-shared/filter/suggest-filter.ts'
import { KeyHint } from '../components/key-hint.tsx'
import { returnFocus } from '../hooks/list-focus.ts'
import { useFilter, useSession } from '../hooks/use-session.ts'
import { texts } from '../texts.ts'

const words = texts.filter
const noItems: readonly Suggestion[] = []

/** Filters the list as it is written, with what could be written next, and what is wrong at its very characters. */
export function FilterField() {
  const { filter } = useSession()
  const text = useFilter((state) => state.text)
  const problem = useFilter((state) => state.problem)
  const known = useFilter((state) => state.known)
  const field = useRef<HTMLInputElement>(null)
  const listId = useId()
  const problemId = useId()
  // The cursor while suggestions are offered; null while they are not.
  const [cursor, setCursor] = useState<number | null>(null)
  const [active, setActive] = useState(-1)
  const suggestions = cursor === null ? null : suggestFilter(text, cursor, known)
  const items = suggestions?.items ?? noItems
  // After a suggestion was taken, the cursor goes behind it.
  const [caret, setCaret] = useState<number | null>(null)
  useEffect(() => {
    if (caret !== null) field.current?.setSelectionRange(caret, caret)
  }, [caret])

  function write(value: string, position: number): void {
    filter.write(value)
    setCursor(position)
    setActive(-1)
  }

  function take(item: Suggestion): void {
    const { from, to } = suggestions?.span ?? { from: 0, to: 0 }
    const space = item.kind === 'value' && to === text.length ? ' ' : ''
    const position = from + item.insert.length + space.length
    write(`${text.slice(0, from)}${item.insert}${space}${text.slice(to)}`, position)
    setCaret(position)
    field.current?.focus()
  }

  function leave(): void {
    setCursor(null)
    returnFocus()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return
    const chosen = items[active]
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && items.length > 0) setActive((active + step + items.length + 1) % (items.length + 1))
    else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) take(chosen)
    else if (event.key === 'Enter') leave()
    else if (event.key === 'Escape' && chosen) setActive(-1)
    else if (event.key === 'Escape') {
      filter.write('')
      leave()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <search className="filter">
      <KeyHint keys="/" />
      <div className="filter-box">
        <input
          id="filter-field"
          ref={field}
          role="combobox"
          aria-label={words.label}
          aria-expanded={items.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-invalid={problem !== null}
          aria-describedby={problemId}
          aria-keyshortcuts="/"
          {...(items[active] ? { 'aria-activedescendant': `${listId}-${active}` } : {})}
          autoComplete="off"
          spellCheck={false}
          maxLength={longestFilter}
          placeholder={words.placeholder}
          value={text}
          onFocus={() => void filter.learn()}
          onChange={({ target }) => write(target.value, target.selectionStart ?? target.value.length)}
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
      {text !== '' && (
        <button type="button" className="button small" onClick={() => filter.write('')}>
          {words.clear}
        </button>
      )}
    </search>
  )
}
