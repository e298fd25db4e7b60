import type { ShiftLog } from '../../src-shared/console-panels.ts'
import { texts } from '../texts.ts'

export interface SiteChoiceProps {
  sites: readonly Pick<ShiftLog, 'siteId' | 'siteName'>[]
  siteId: string
  choose: (siteId: string) => void
}

/** Which server; nothing to choose where there is one. */
export function SiteChoice({ sites, siteId, choose }: SiteChoiceProps) {
  if (sites.length < 2) return null
  return (
    <label className="labelled">
      <span>{texts.panel.site}</span>
      <select value={siteId} onChange={({ target }) => choose(target.value)}>
        {sites.map((site) => (
          <option key={site.siteId} value={site.siteId}>
            {site.siteName}
          </option>
        ))}
      </select>
    </label>
  )
}
