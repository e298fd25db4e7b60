import { FilterInput } from '../components/filter-input.tsx'
import { KeyButton } from '../components/key-button.tsx'
import { KeyHint } from '../components/key-hint.tsx'
import { returnFocus } from '../hooks/list-focus.ts'
import { useFilter, useSession } from '../hooks/use-session.ts'
import { texts } from '../texts.ts'

const words = texts.filter

/** Filters the list as it is written; beside it the way to what is not in the list. */
export function FilterField() {
  const { filter, panels } = useSession()
  const text = useFilter((state) => state.text)
  const problem = useFilter((state) => state.problem)
  const known = useFilter((state) => state.known)
  return (
    <search className="filter">
      <KeyHint keys="/" />
      <FilterInput
        id="filter-field"
        label={words.label}
        placeholder={words.placeholder}
        keys="/"
        about="incidents"
        text={text}
        known={known}
        problem={problem}
        write={(value) => filter.write(value)}
        learn={() => void filter.learn()}
        enter={returnFocus}
        escape={() => {
          filter.write('')
          returnFocus()
        }}
      />
      {text !== '' && (
        <button type="button" className="button small" onClick={() => filter.write('')}>
          {words.clear}
        </button>
      )}
      <KeyButton className="button small" keys="y" onClick={() => panels.show('logSearch')}>
        {texts.logSearch.open}
      </KeyButton>
    </search>
  )
}
