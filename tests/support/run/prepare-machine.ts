import { existsSync } from 'node:fs'
import { chromium } from 'playwright'
import { findChromium } from '../chromium.ts'
import { runNode } from './command.ts'
import { canInstallPackages, hasProgram, installPackages } from './debian-packages.ts'

/** What the test command found or installed; a null says in `missing` what is not there and what to do. */
export interface Machine {
  hasChromium: boolean
  /** Whole sentences, one for each thing that is missing. */
  missing: string[]
}

/** Programs that single tests need, with the Debian packages that bring them; without them those tests are skipped. */
const wanted = [
  {
    program: 'prometheus-alertmanager',
    packageName: 'prometheus-alertmanager',
    purpose: 'the run from a real Alertmanager',
  },
  { program: 'nginx', packageName: 'nginx', purpose: 'the stream behind nginx' },
  { program: 'haproxy', packageName: 'haproxy', purpose: 'the stream behind HAProxy' },
  {
    program: 'tinyproxy',
    packageName: 'tinyproxy-bin',
    purpose: 'the stream through a proxy that demands a login',
  },
  { program: 'strace', packageName: 'strace', purpose: 'the check that answers follow their fsync' },
] as const

/** Finds what the tests need, and installs what it may. */
export async function prepareMachine(): Promise<Machine> {
  const missing: string[] = []
  if (process.platform === 'linux') {
    const absent = wanted.filter(({ program }) => !hasProgram(program))
    if (absent.length > 0 && canInstallPackages())
      installPackages(absent.map(({ packageName }) => packageName))
    for (const { program, purpose } of absent) {
      if (!hasProgram(program)) missing.push(`no ${program} here: ${purpose} is skipped`)
    }
  } else {
    missing.push(
      'Alertmanager, nginx, HAProxy, tinyproxy and strace are looked for on Linux only: their tests are skipped',
    )
  }
  const hasChromium = await ensureChromium()
  if (!hasChromium) {
    missing.push(
      'no Chromium, Chrome or Edge here, and none could be installed: ' +
        'set WATCHFLOOR_CHROMIUM to one, or run "npx playwright install chromium"',
    )
  }
  return { hasChromium, missing }
}

async function ensureChromium(): Promise<boolean> {
  if (hasBrowser()) return true
  if (canInstallPackages() && installPackages(['chromium']) && hasBrowser()) return true
  console.log("installing Playwright's Chromium")
  const cli = 'node_modules/playwright/cli.js'
  await runNode([cli, 'install', 'chromium'], { timeoutMs: 180_000, live: true })
  return hasBrowser()
}

function hasBrowser(): boolean {
  return existsSync(findChromium() ?? chromium.executablePath())
}
