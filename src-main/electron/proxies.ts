import { session } from 'electron'
import type { Proxies } from '../core/ports.ts'
import { askableAddress, proxyFromRules } from './proxy-rules.ts'

/** The system's proxy settings, scripts (PAC) included, asked for each address and each attempt. */
export const systemProxies: Proxies = {
  proxyFor: async (url) => proxyFromRules(await session.defaultSession.resolveProxy(askableAddress(url))),
}
