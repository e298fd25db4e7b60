import type { SiteView } from '../../src-shared/console-views.ts'

/** The servers that can be asked: only of one that has been spoken to is it known who it is. */
export function knownSites(sites: readonly SiteView[]): { siteId: string; siteName: string }[] {
  return sites.flatMap(({ siteId, name }) => (siteId === null ? [] : [{ siteId, siteName: name }]))
}
