import { useEffect, useRef } from 'react'
import type { PreviewAnswer } from '../../../src-shared/protocol/reads.ts'
import { AskFailed } from '../../components/ask-failed.tsx'
import { useNow, useRules, useSession } from '../../hooks/use-session.ts'
import { formatShortSince } from '../../state/format.ts'
import { texts } from '../../texts.ts'
import { Chattering } from './chattering.tsx'
import { PreviewedIncidents } from './previewed-incidents.tsx'

const words = texts.rules

export interface RulesAnswerProps {
  sites: readonly { siteId: string; siteName: string }[]
  /** The server that would be asked next. */
  siteId: string
}

/** What the rules would have made, or why that is not known. */
export function RulesAnswer({ sites, siteId }: RulesAnswerProps) {
  const { rules } = useSession()
  const written = useRules((state) => state.written)
  const isTrying = useRules((state) => state.isTrying)
  const failure = useRules((state) => state.failure)
  const answer = useRules((state) => state.answer)
  const siteName = sites.find((each) => each.siteId === siteId)?.siteName ?? ''
  const tried = answer?.tried
  const isEarlier =
    isTrying ||
    failure !== null ||
    (tried !== undefined &&
      (tried.text !== written.text || tried.hours !== written.hours || tried.siteId !== siteId))
  const region = useRef<HTMLElement>(null)
  // Where there is only room for one below the other, it would come unseen. Only what is around both scrolls, not the dialog.
  useEffect(() => {
    const around = region.current?.parentElement
    if (!region.current || !around || (answer === null && failure === null)) return
    around.scrollTop = region.current.offsetTop - around.offsetTop
  }, [answer, failure])
  return (
    // A region that scrolls must be reachable by key.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section ref={region} className="panel-body rules-answer" aria-label={words.results} tabIndex={0}>
      <p className="rules-trying" role="status">
        {isTrying && words.trying(siteName)}
      </p>
      {failure !== null && (
        <>
          <AskFailed what={words.failed} message={failure} />
          <div>
            <button type="button" className="button" onClick={() => void rules.try(siteId)}>
              {words.again}
            </button>
          </div>
        </>
      )}
      {answer === null
        ? failure === null && !isTrying && <p className="panel-message">{words.nothingYet}</p>
        : isEarlier && <p className="rules-warning">{words.earlier}</p>}
      {answer !== null && <Preview preview={answer.preview} />}
    </section>
  )
}

function Preview({ preview }: { preview: PreviewAnswer }) {
  const { sentence, suppressed, alerts, from, to, isCut, incidents, largest, chattering } = preview
  const stretch = useNow((now) => words.stretch(formatShortSince(from, now), formatShortSince(to, now)))
  return (
    <>
      <div className="rules-sentence">
        <div role="status">
          <h3>{sentence}</h3>
        </div>
        <p>
          {stretch} · {words.alerts(alerts)}
        </p>
        {isCut && <p className="rules-warning">{words.cut}</p>}
        {suppressed > 0 && <p>{words.suppressed(suppressed)}</p>}
      </div>
      {incidents === 0 ? (
        <p className="panel-message">{words.none}</p>
      ) : (
        <PreviewedIncidents incidents={largest} total={incidents} />
      )}
      {chattering.length > 0 && <Chattering keys={chattering} />}
    </>
  )
}
