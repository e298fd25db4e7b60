import type { Preview } from '../../../src-shared/correlation/preview.ts'
import { texts } from '../../texts.ts'

const words = texts.rules

/** Keys that come and go faster than anybody can look: rules group them, but do not silence them. */
export function Chattering({ keys }: { keys: Preview['chattering'] }) {
  return (
    <div className="previewed chattering">
      <h4>{words.chattering}</h4>
      <ul>
        {keys.map(({ sourceName, dedupKey, title, times }) => (
          <li key={`${sourceName} ${dedupKey}`}>
            <b>{words.times(times)}</b>
            <p className="previewed-title" title={title}>
              {title}
            </p>
            <p className="previewed-facts">
              {sourceName} · <code>{dedupKey}</code>
            </p>
          </li>
        ))}
      </ul>
    </div>
  )
}
