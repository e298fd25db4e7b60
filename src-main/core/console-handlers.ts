import type { Board } from '../../src-shared/console-api.ts'
import type { IncidentDetail } from '../../src-shared/console-views.ts'
import { failure, success } from '../../src-shared/domain/result.ts'
import type { ProxyLogins } from './connection/proxy-logins.ts'
import type { MethodHandlers } from './console-methods.ts'
import type { Panels } from './panels.ts'
import type { ConsolePorts, IncidentRef } from './ports.ts'
import type { ServerReads } from './server-reads.ts'
import type { Session } from './sessions.ts'
import type { SiteList } from './site-list.ts'
import type { OperatorNews } from './views/operator-news.ts'

/** What the methods of the contract need of the core, for one renderer. */
export interface HandlerParts {
  session: Session
  sites: SiteList
  panels: Panels
  reads: ServerReads
  news: OperatorNews
  logins: ProxyLogins
  localServer: ConsolePorts['localServer']
  board: () => Promise<Board>
  detail: (ref: IncidentRef) => Promise<IncidentDetail | null>
  /** Follows this incident for the renderer. */
  open: (ref: IncidentRef | null) => void
  /** Actions went into an outbox. */
  acted: () => void
  /** Sites are others now. */
  viewChanged: () => void
  hurry: () => void
}

/** One answer for each method of the contract. */
export function createHandlers(parts: HandlerParts): MethodHandlers {
  const { session, sites, panels, reads, news, logins } = parts
  return {
    openBoard: async () => success(await parts.board()),
    openIncident: async (ref) => {
      parts.open(ref)
      return success(ref && (await parts.detail(ref)))
    },
    act: async ({ siteId, body }) => {
      const site = sites.byId(siteId)
      if (!site) return failure('unknownSite', 'this server is no longer followed')
      const acted = await site.act(body)
      if (acted.ok) parts.acted()
      return acted.ok ? success({ commandId: acted.value }) : acted
    },
    actMany: async (input) => {
      const acted = await panels.actMany(input)
      parts.acted()
      return acted
    },
    filterRows: (input) => panels.filterRows(input),
    filterValues: () => panels.filterValues(),
    shiftLog: () => panels.shiftLog(),
    maintenance: () => panels.maintenance(),
    figures: (input) => reads.figures(input),
    findInLog: (input) => reads.findInLog(input),
    previewRules: (input) => reads.previewRules(input),
    connectNow: async () => {
      parts.hurry()
      return Promise.resolve(success({}))
    },
    addSite: async (given) => {
      await sites.add(given, true)
      parts.viewChanged()
      return success({})
    },
    startDemo: async () => {
      if (!parts.localServer) return failure('noDemo', 'this shell has no bundled server')
      await sites.startLocal(true)
      parts.viewChanged()
      return success({})
    },
    startStorm: ({ siteId }) => reads.startStorm(siteId),
    dismissNotice: async ({ id }) => {
      await news.dismissNotice(id)
      return success({})
    },
    dismissSettled: async ({ commandId }) => {
      await news.dismissSettled(commandId)
      return success({})
    },
    dismissAway: async ({ siteId }) => {
      await news.dismissAway(siteId)
      return success({})
    },
    setProxyLogin: async (login) => {
      await logins.set(login)
      parts.hurry()
      return success({})
    },
    setPresence: async (presence) => {
      session.presence = presence
      return Promise.resolve(success({}))
    },
  }
}
