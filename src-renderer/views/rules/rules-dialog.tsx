import { useEffect, useRef, type FormEvent, type KeyboardEvent } from 'react'
import { longestPreviewHours } from '../../../src-shared/protocol/reads.ts'
import { Dialog } from '../../components/dialog.tsx'
import { SiteChoice } from '../../components/site-choice.tsx'
import { useBoard, useRules, useSession } from '../../hooks/use-session.ts'
import { knownSites } from '../../state/known-sites.ts'
import { texts } from '../../texts.ts'
import { RulesAnswer } from './rules-answer.tsx'

const words = texts.rules
const hours = Array.from({ length: longestPreviewHours }, (_, index) => index + 1)

type Sites = ReturnType<typeof knownSites>

/** Tries correlation rules on what came in the last hours; nothing is changed by it. */
export function RulesDialog() {
  const { panels } = useSession()
  const sites = knownSites(useBoard((state) => state.sites))
  const chosen = useRules(({ written }) => written.siteId)
  const site = sites.find(({ siteId }) => siteId === chosen) ?? sites[0]
  return (
    <Dialog heading={words.heading} closeLabel={texts.panel.close} isWide close={() => panels.show(null)}>
      {site === undefined ? (
        <p className="panel-message">{words.noSite}</p>
      ) : (
        <div className="rules">
          <Writing sites={sites} siteId={site.siteId} />
          <RulesAnswer sites={sites} siteId={site.siteId} />
        </div>
      )}
    </Dialog>
  )
}

function Writing({ sites, siteId }: { sites: Sites; siteId: string }) {
  const { rules } = useSession()
  const written = useRules((state) => state.written)
  const problem = useRules((state) => state.problem)
  const isTrying = useRules((state) => state.isTrying)
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.focus(), [])
  // What cannot be read is what the next key has to mend.
  useEffect(() => {
    if (problem === null) return
    field.current?.focus()
    if (problem.at !== null) field.current?.setSelectionRange(problem.at, problem.at + 1)
  }, [problem])

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing || event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    void rules.try(siteId)
    event.preventDefault()
  }

  return (
    <form
      className="rules-form"
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        void rules.try(siteId)
      }}
    >
      <p className="form-note">{words.lead}</p>
      <label className="labelled">
        <span>{words.rules}</span>
        <textarea
          ref={field}
          rows={15}
          wrap="off"
          spellCheck={false}
          autoComplete="off"
          aria-invalid={problem !== null}
          value={written.text}
          onChange={({ target }) => rules.write({ text: target.value })}
          onKeyDown={onKeyDown}
        />
      </label>
      <p className="form-error" role="alert">
        {problem?.message}
      </p>
      {written.text === words.example.text && <p className="form-note">{words.example.what}</p>}
      {written.text.trim() === '' && (
        <p>
          <button
            type="button"
            className="link"
            onClick={() => {
              rules.write({ text: words.example.text })
              field.current?.focus()
            }}
          >
            {words.example.back}
          </button>
        </p>
      )}
      <div className="rules-choices">
        <label className="labelled">
          <span>{words.hours}</span>
          <select
            value={written.hours}
            onChange={({ target }) => rules.write({ hours: Number(target.value) })}
          >
            {hours.map((each) => (
              <option key={each} value={each}>
                {words.hoursOf(each)}
              </option>
            ))}
          </select>
        </label>
        <SiteChoice sites={sites} siteId={siteId} choose={(chosen) => rules.write({ siteId: chosen })} />
        <button type="submit" className="button primary" aria-disabled={isTrying}>
          {words.send}
        </button>
        <small className="form-note">{words.hint}</small>
      </div>
      <p className="form-note">{words.force}</p>
    </form>
  )
}
