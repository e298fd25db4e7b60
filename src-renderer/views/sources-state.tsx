import { Disclosure } from '../components/disclosure.tsx'
import { Age } from '../components/instant.tsx'
import { SeverityMark } from '../components/severity-mark.tsx'
import { useBoard, useFreshness, useNow } from '../hooks/use-session.ts'
import { formatShortSince } from '../state/format.ts'
import { viewSources } from '../state/freshness-view.ts'
import { texts } from '../texts.ts'

const words = texts.sources

/** Whether the sources are heard, beside freshness and apart from it: a live console can be told nothing. */
export function SourcesState() {
  const sites = useBoard((state) => state.sites)
  const isBlind = useFreshness((view) => view.state === 'blind')
  const { total, silent } = viewSources(sites)
  const [longest] = silent
  const since = useNow((now) => (longest === undefined ? '' : formatShortSince(longest.since, now)))
  // What a source does while there is no connection is not known.
  if (total === 0 || isBlind) return null
  if (longest === undefined) return <div className="sources">{words.all(total)}</div>
  const line = (
    <>
      <SeverityMark severity="warning" />
      {words.silent(silent.length, total, since)}
    </>
  )
  return (
    <Disclosure className="sources is-silent" line={line} label={words.silentHeading}>
      <p>{words.silentHint}</p>
      <dl>
        {silent.map((source) => (
          <div key={`${source.name} ${source.since}`}>
            <dt>{source.name}</dt>
            <dd>
              <SilentSince at={source.since} />
            </dd>
          </div>
        ))}
      </dl>
    </Disclosure>
  )
}

function SilentSince({ at }: { at: number }) {
  const clock = useNow((now) => formatShortSince(at, now))
  return (
    <>
      {words.silentEach(clock)} <Age at={at} />
    </>
  )
}
