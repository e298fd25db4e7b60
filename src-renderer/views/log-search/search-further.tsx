import type { FilterAbout } from '../../../src-shared/filter/filter.ts'
import { AskFailed } from '../../components/ask-failed.tsx'
import { useLogSearch, useSession } from '../../hooks/use-session.ts'
import { texts } from '../../texts.ts'

const words = texts.logSearch

export interface SearchFurtherProps {
  about: FilterAbout
  /** There is nothing further: the button that had the focus goes. */
  ended: () => void
}

/** Below what was found: whether that is all, why the search stopped, and the one button that goes on. */
export function SearchFurther({ about, ended }: SearchFurtherProps) {
  const { logSearch } = useSession()
  const isNothing = useLogSearch(({ found }) => found.incidents.length + found.events.length === 0)
  const came = useLogSearch((state) => state.came)
  const hasNext = useLogSearch((state) => state.next !== null)
  const isSearching = useLogSearch((state) => state.isSearching)
  const failure = useLogSearch((state) => state.failure)
  if (!hasNext && !isSearching && failure === null)
    return isNothing ? <Nothing {...words.nothing(about)} /> : <p className="further">{words.all}</p>

  async function more(): Promise<void> {
    await logSearch.more()
    const { next, failure: failed, isSearching: goesOn } = logSearch.store.getState()
    if (next === null && failed === null && !goesOn) ended()
  }

  const label = failure
    ? words.again
    : isSearching
      ? words.moreSearching
      : came === 0
        ? words.further
        : words.more
  return (
    <>
      {failure && (
        <AskFailed
          what={isNothing ? words.failed : words.failedMore}
          message={failure.message}
          hint={words.failedHint}
        />
      )}
      {came === 0 && !isSearching && !failure && isNothing && <Nothing {...words.nothingYet(about)} />}
      <div className={isNothing && !failure ? 'further is-alone' : 'further'}>
        <button type="button" className="button" aria-disabled={isSearching} onClick={() => void more()}>
          {label}
        </button>
        {came === 0 && !isSearching && !failure && !isNothing && <span>{words.cameNothing}</span>}
      </div>
    </>
  )
}

function Nothing({ title, hint }: { title: string; hint: string }) {
  return (
    <div className="empty" role="status">
      <p className="empty-title">{title}</p>
      <p>{hint}</p>
    </div>
  )
}
