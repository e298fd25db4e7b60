import { createElectronTransport } from './electron-transport.ts'
import { createParsedBridge } from './parsed-bridge.ts'
import type { RendererBridge } from './renderer-bridge.ts'
import { WebTransport } from './web-transport.ts'

/** The bridge that the preload script left on the window, else the web shell's at the page's own origin. */
export function chooseBridge(page: Window): RendererBridge {
  if (page.watchfloor) return createParsedBridge(createElectronTransport(page.watchfloor))
  const url = new URL('/bridge', page.location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return createParsedBridge(new WebTransport({ url: url.href }))
}
