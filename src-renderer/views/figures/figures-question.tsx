import { SiteChoice } from '../../components/site-choice.tsx'
import { useFigures } from '../../hooks/use-session.ts'
import { figuresRanges, type FiguresChoice, type FiguresRange } from '../../state/figures-store.ts'
import { texts } from '../../texts.ts'

const words = texts.figures
const ranges = Object.keys(figuresRanges) as FiguresRange[]

export interface FiguresQuestionProps {
  sites: readonly { siteId: string; siteName: string }[]
  siteId: string
  ask: (siteId: string, choice: FiguresChoice) => void
}

/** Of which server, which services and what time; and what goes on to answer it. */
export function FiguresQuestion({ sites, siteId, ask }: FiguresQuestionProps) {
  const range = useFigures((state) => state.range)
  const team = useFigures((state) => state.team)
  const activity = useFigures((state) => state.activity)
  return (
    <div className="figures-question">
      <SiteChoice sites={sites} siteId={siteId} choose={(chosen) => ask(chosen, { range, team: null })} />
      <TeamChoice team={team} choose={(chosen) => ask(siteId, { range, team: chosen })} />
      <label className="labelled">
        <span>{words.range}</span>
        <select
          value={range}
          onChange={({ target }) => ask(siteId, { range: target.value as FiguresRange, team })}
        >
          {ranges.map((each) => (
            <option key={each} value={each}>
              {words.ranges[each]}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        className="button"
        disabled={activity !== null}
        onClick={() => ask(siteId, { range, team })}
      >
        {words.read}
      </button>
      <p role="status">{activity !== null && words.activity[activity]}</p>
    </div>
  )
}

/** Which operating position: a team's services, or all; nothing to choose where no service is of a team. */
function TeamChoice({ team, choose }: { team: string | null; choose: (team: string | null) => void }) {
  const known = useFigures((state) => state.teams)
  const teams = team === null || known.includes(team) ? known : [team, ...known]
  if (teams.length === 0) return null
  return (
    <label className="labelled">
      <span>{words.position}</span>
      <select value={team ?? ''} onChange={({ target }) => choose(target.value || null)}>
        <option value="">{words.everything}</option>
        {teams.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  )
}
