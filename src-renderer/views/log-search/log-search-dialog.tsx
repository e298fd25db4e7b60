import { useEffect, type FormEvent, type KeyboardEvent } from 'react'
import { parseFilter } from '../../../src-shared/filter/parse-filter.ts'
import type { FilterAbout } from '../../../src-shared/filter/filter.ts'
import { Dialog } from '../../components/dialog.tsx'
import { FilterInput } from '../../components/filter-input.tsx'
import { SiteChoice } from '../../components/site-choice.tsx'
import { useBoard, useFilter, useLogSearch, useSession } from '../../hooks/use-session.ts'
import { knownSites } from '../../state/known-sites.ts'
import { texts } from '../../texts.ts'
import { FoundInLog } from './found-in-log.tsx'

const words = texts.logSearch
const abouts: readonly FilterAbout[] = ['incidents', 'events']
const fieldId = 'log-search-field'

/** Finds incidents and events in the whole log of a server. */
export function LogSearchDialog() {
  const { panels } = useSession()
  const sites = knownSites(useBoard((state) => state.sites))
  const chosen = useLogSearch(({ written }) => written.siteId)
  const site = sites.find(({ siteId }) => siteId === chosen) ?? sites[0]
  return (
    <Dialog heading={words.heading} closeLabel={texts.panel.close} isWide close={() => panels.show(null)}>
      {site === undefined ? (
        <p className="panel-message">{words.noSite}</p>
      ) : (
        <div className="log-search">
          <Question sites={sites} siteId={site.siteId} />
          <FoundInLog sites={sites} focusField={focusField} />
        </div>
      )}
    </Dialog>
  )
}

function focusField(): void {
  document.getElementById(fieldId)?.focus()
}

interface QuestionProps {
  sites: readonly { siteId: string; siteName: string }[]
  siteId: string
}

function Question({ sites, siteId }: QuestionProps) {
  const { filter, logSearch } = useSession()
  const { about, text } = useLogSearch(({ written }) => written)
  const known = useFilter((state) => state.known)
  const reading = parseFilter(text, about)
  const search = () => void logSearch.search(siteId)
  useEffect(focusField, [])

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'ArrowDown' || !(event.target instanceof HTMLInputElement)) return
    if (event.target.id !== fieldId) return
    event.currentTarget.parentElement?.querySelector<HTMLElement>('.found button')?.focus()
    event.preventDefault()
  }

  return (
    // Only the way down from the field into what was found; each control has its own keys.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      className="panel-form"
      onKeyDown={onKeyDown}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        search()
      }}
    >
      <div className="log-search-choices">
        <fieldset className="kinds">
          <legend>{words.about}</legend>
          {abouts.map((each) => (
            <label key={each}>
              <input
                type="radio"
                name="log-search-about"
                checked={each === about}
                onChange={() => logSearch.write({ about: each })}
              />
              {words.abouts[each]}
            </label>
          ))}
        </fieldset>
        <SiteChoice sites={sites} siteId={siteId} choose={(chosen) => logSearch.write({ siteId: chosen })} />
      </div>
      <div className="log-search-line">
        <FilterInput
          id={fieldId}
          label={words.label}
          placeholder={words.placeholder[about]}
          about={about}
          text={text}
          known={known}
          problem={reading.ok ? null : reading.problem}
          write={(value) => logSearch.write({ text: value })}
          learn={() => void filter.learn()}
          enter={search}
        />
        <button type="submit" className="button primary">
          {words.send}
        </button>
      </div>
      <small className="form-note">{words.hint}</small>
    </form>
  )
}
