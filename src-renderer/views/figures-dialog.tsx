import { useEffect } from 'react'
import type { FiguresAnswer } from '../../src-shared/protocol/reads.ts'
import { Dialog } from '../components/dialog.tsx'
import { useBoard, useFigures, useNow, useSession } from '../hooks/use-session.ts'
import { formatSince } from '../state/format.ts'
import { knownSites } from '../state/known-sites.ts'
import { texts } from '../texts.ts'
import { AlarmHealthCard } from './figures/alarm-health-card.tsx'
import { AnsweringCard } from './figures/answering-card.tsx'
import { EventsCard } from './figures/events-card.tsx'
import { FiguresQuestion } from './figures/figures-question.tsx'
import { IncidentsCard } from './figures/incidents-card.tsx'

const words = texts.figures

/** How quickly people answer and how healthy the alarms are, with what is behind each figure. */
export function FiguresDialog() {
  const { panels, figures } = useSession()
  const sites = useBoard((state) => state.sites)
  const asked = useFigures((state) => state.siteId)
  const known = knownSites(sites)
  const site = known.find(({ siteId }) => siteId === asked) ?? known[0]
  const siteId = site?.siteId
  useEffect(() => {
    if (siteId !== undefined) figures.read(siteId, figures.store.getState())
  }, [figures, siteId])
  useEffect(() => () => figures.leave(), [figures])
  return (
    <Dialog heading={words.heading} closeLabel={texts.panel.close} isWide close={() => panels.show(null)}>
      {siteId === undefined ? (
        <p className="panel-message">{words.noSite}</p>
      ) : (
        <>
          <FiguresQuestion sites={known} siteId={siteId} ask={(of, choice) => figures.read(of, choice)} />
          <Answer siteId={siteId} />
        </>
      )}
    </Dialog>
  )
}

function Answer({ siteId }: { siteId: string }) {
  const figures = useFigures((state) => state.figures)
  const failure = useFigures((state) => state.failure)
  return (
    <>
      {failure !== null && <Failure failure={failure} asOf={figures?.window.to ?? null} />}
      {figures !== null && <Figures siteId={siteId} figures={figures} />}
    </>
  )
}

function Failure({ failure, asOf }: { failure: string; asOf: number | null }) {
  const old = useNow((now) => (asOf === null ? '' : words.old(formatSince(asOf, now))))
  return (
    <p className="panel-message is-failure" role="alert">
      {words.failed(failure)} {old}
    </p>
  )
}

function Figures({ siteId, figures }: { siteId: string; figures: FiguresAnswer }) {
  const { window, team, readFrom, isCut, counts, acknowledged, resolved, health } = figures
  const from = useNow((now) => formatSince(window.from, now))
  const to = useNow((now) => formatSince(window.to, now))
  const read = useNow((now) => formatSince(readFrom, now))
  return (
    // A region that scrolls must be reachable by key.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="panel-body figures" aria-label={words.body} tabIndex={0}>
      <p className="counted-over">
        {words.asOf(from, to, team)} {isCut && <b>{words.cut(read)}</b>}
      </p>
      <AnsweringCard siteId={siteId} acknowledged={acknowledged} resolved={resolved} />
      <AlarmHealthCard siteId={siteId} health={health} />
      <IncidentsCard siteId={siteId} counts={counts} />
      <EventsCard counts={counts} />
    </section>
  )
}
