/**
 * `npm start`: builds what is to be shown, then starts the console with a server and a demo estate of its own, in
 * Electron or, where that cannot be, in the web shell. `npm run web` asks for the web shell at once.
 */
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { findElectron } from './find-electron.ts'
import { openBrowser } from './open-browser.ts'
import { runForeground } from './run-foreground.ts'

const root = join(import.meta.dirname, '..')
const given = process.argv.slice(2)
const wantsWeb = given.includes('--web')
const rest = given.filter((argument) => argument !== '--web')
/** Without a server to follow, the console brings its own, with something to look at. */
const standsAlone = !rest.some((argument) => /^--(server|help)\b/.test(argument))
const asked = standsAlone ? ['--standalone', '--demo', ...rest] : rest
/** An Electron that ends with an error this soon never showed a window. */
const tooSoonMs = 15_000

process.exitCode = await launch()

async function launch(): Promise<number> {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const built = await runForeground(process.execPath, [vite, 'build', '--app', '--logLevel', 'warn'], root)
  if (built !== 0) return built
  if (wantsWeb) return startWeb({ opensBrowser: false })
  const electron = await findElectron(process.env)
  if (!electron.ok) return startWeb({ opensBrowser: true, reason: electron.reason })
  const startedAt = performance.now()
  const code = await runForeground(electron.executable, [root, ...asked], root)
  const failed = code !== 0 && performance.now() - startedAt < tooSoonMs
  return failed ? startWeb({ opensBrowser: true, reason: 'Electron did not start' }) : code
}

interface WebStart {
  opensBrowser: boolean
  /** Why there is no desktop window, without its full stop. */
  reason?: string
}

function startWeb({ opensBrowser, reason }: WebStart): Promise<number> {
  if (reason !== undefined)
    console.log(`No desktop window (${reason}): the same console runs in the web shell.`)
  const entry = join(root, 'dist', 'web', 'main.js')
  if (rest.some((argument) => /^--(json|help)\b/.test(argument))) {
    return runForeground(process.execPath, [entry, ...asked], root)
  }
  return runForeground(process.execPath, [entry, ...asked, '--json'], root, (output) => {
    createInterface({ input: output }).once('line', (line) => {
      const { url } = JSON.parse(line) as { url: string }
      console.log(`Watchfloor is ready: open ${url} in a browser (Ctrl+C ends it).`)
      if (opensBrowser) openBrowser(url)
    })
  })
}
