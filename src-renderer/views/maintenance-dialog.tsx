import { useState } from 'react'
import type { MaintenanceView } from '../../src-shared/console-panels.ts'
import type { MaintenanceWindow, Schedule } from '../../src-shared/domain/maintenance.ts'
import { Dialog } from '../components/dialog.tsx'
import { SeverityMark } from '../components/severity-mark.tsx'
import { SiteChoice } from '../components/site-choice.tsx'
import { useNow, usePanels, useSession } from '../hooks/use-session.ts'
import { formatShortSince } from '../state/format.ts'
import { coversWords, placeOf, timeOf, type WindowPlace } from '../state/maintenance-form.ts'
import { windowToChange } from '../state/own-edits.ts'
import { texts } from '../texts.ts'
import { MaintenanceForm } from './maintenance-form.tsx'

const words = texts.maintenance
const places: readonly WindowPlace[] = ['on', 'coming', 'ended']
/** Ended ones are history: no more of them than these. */
const endedShown = 20

/** Maintenance windows: which are on, coming or over, and planning, changing and ending them. */
export function MaintenanceDialog() {
  const { panels } = useSession()
  const views = usePanels((state) => state.maintenance)
  const [chosen, choose] = useState<string | null>(null)
  const view = views?.find(({ siteId }) => siteId === chosen) ?? views?.[0]
  return (
    <Dialog heading={words.heading} closeLabel={texts.panel.close} close={() => panels.show(null)}>
      {view === undefined || !views ? (
        <p className="panel-message">{texts.panel.loading}</p>
      ) : (
        <>
          <SiteChoice sites={views} siteId={view.siteId} choose={choose} />
          <Windows key={view.siteId} view={view} />
        </>
      )}
    </Dialog>
  )
}

function Windows({ view }: { view: MaintenanceView }) {
  // Null: no form; `new`: of a window that is not there yet.
  const [edited, edit] = useState<MaintenanceWindow | 'new' | null>(null)
  const minute = useNow((now) => Math.floor(now / 60_000))
  const now = minute * 60_000
  const listed = view.windows.map((each) => ({ ...each, ...placeOf(each.window, now) }))
  return (
    <>
      {edited === null ? (
        <div className="panel-lead">
          <p>{words.lead}</p>
          <button type="button" className="button primary" onClick={() => edit('new')}>
            {words.plan}
          </button>
        </div>
      ) : (
        <MaintenanceForm
          key={edited === 'new' ? 'new' : edited.id}
          siteId={view.siteId}
          window={edited === 'new' ? null : edited}
          close={() => edit(null)}
        />
      )}
      {/* A region that scrolls must be reachable by key. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="panel-body" aria-label={words.heading} tabIndex={0}>
        <Pending view={view} />
        {listed.length === 0 && <p className="panel-message">{words.none}</p>}
        {places.map((place) => {
          const windows = listed.filter((each) => each.place === place)
          if (windows.length === 0) return null
          return (
            <div key={place} className={`windows is-${place}`}>
              <h3>{words.group[place]}</h3>
              <ul>
                {windows.slice(place === 'ended' ? -endedShown : 0).map(({ window, ...alerts }) => (
                  <WindowItem
                    key={window.id}
                    siteId={view.siteId}
                    window={window}
                    alerts={alerts}
                    place={place}
                    edit={() => edit(windowToChange(window, view.pending))}
                  />
                ))}
              </ul>
            </div>
          )
        })}
      </section>
    </>
  )
}

function Pending({ view: { pending, windows } }: { view: MaintenanceView }) {
  return pending.map(({ body, commandId, state }) => {
    if (body.kind !== 'planMaintenance' && body.kind !== 'endMaintenance') return null
    const title =
      body.kind === 'planMaintenance'
        ? body.plan.title
        : windows.find(({ window }) => window.id === body.windowId)?.window.title
    return (
      <p key={commandId} className="pending">
        {words.pending[body.kind]}: {title} · {texts.panel.waiting(state)}
      </p>
    )
  })
}

type SuppressedAlerts = Pick<MaintenanceView['windows'][number], 'suppressed' | 'newest'>

interface WindowItemProps {
  siteId: string
  window: MaintenanceWindow
  alerts: SuppressedAlerts
  place: WindowPlace
  edit: () => void
}

function WindowItem({ siteId, window, alerts, place, edit }: WindowItemProps) {
  const session = useSession()
  const { title, match, schedule, plannedBy, endedAt, endedBy } = window
  const when = useNow((now) => scheduleWords(schedule, now))
  const ended = useNow((now) => (endedAt === null ? '' : formatShortSince(endedAt, now)))
  return (
    <li>
      <div>
        <b>{title}</b> <span>{when}</span>
        <small>
          {coversWords(match)} · {words.by(plannedBy.name)}
          {endedBy !== null && ` · ${words.endedBy(endedBy.name, ended)}`}
        </small>
        {place === 'on' && <Suppressed alerts={alerts} />}
      </div>
      {place !== 'ended' && (
        <div className="window-actions">
          <button type="button" className="button small" aria-label={words.changeOne(title)} onClick={edit}>
            {words.change}
          </button>
          <button
            type="button"
            className="button small"
            aria-label={words.endOne(title)}
            onClick={() => session.performAt(siteId, { kind: 'endMaintenance', windowId: window.id })}
          >
            {words.end}
          </button>
        </div>
      )}
    </li>
  )
}

/** What this window keeps from opening incidents. */
function Suppressed({ alerts: { suppressed, newest } }: { alerts: SuppressedAlerts }) {
  const said = words.suppressed(suppressed)
  if (newest.length === 0) return <small className="suppressed">{said}</small>
  return (
    <details className="suppressed">
      <summary>{said}</summary>
      <ul>
        {newest.map(({ id, title, severity, service }) => (
          <li key={id}>
            <SeverityMark severity={severity} size={10} />
            <span className="unseen">{texts.severity[severity]}</span> {title} <small>{service}</small>
          </li>
        ))}
      </ul>
      {suppressed > newest.length && <small>{words.moreSuppressed(suppressed - newest.length)}</small>}
    </details>
  )
}

function scheduleWords(schedule: Schedule, now: number): string {
  if (schedule.kind === 'once')
    return `${formatShortSince(schedule.startsAt, now)} – ${formatShortSince(schedule.endsAt, now)}`
  const days = schedule.weekdays.map((day) => words.days[day]).join(', ')
  return words.weekly(days, timeOf(schedule.startMinute), schedule.durationMinutes, schedule.timeZone)
}
