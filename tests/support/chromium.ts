import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright'

/** Usual places of a Chromium, Chrome or Edge; WATCHFLOOR_CHROMIUM comes before them. */
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** Where an installed browser is; undefined lets Playwright use its own, if that is installed. */
export function findChromium(): string | undefined {
  return process.env['WATCHFLOOR_CHROMIUM'] ?? places.find((place) => existsSync(place))
}

export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium()
  return chromium.launch({ ...(executablePath ? { executablePath } : {}), args: chromiumFlags })
}
