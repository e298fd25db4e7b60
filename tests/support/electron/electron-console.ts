import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright'

/** A binding for Electron's Node; the tests' own Node loads the packaged one. */
const sqliteBinding = process.env['WATCHFLOOR_SQLITE_BINDING']
delete process.env['WATCHFLOOR_SQLITE_BINDING']

export const electronExecutable = process.env['WATCHFLOOR_TEST_ELECTRON'] ?? ''
export const appFolder = process.cwd()
/** Waiting for something on the page, in ms. */
const waitMs = 15_000

export interface ElectronConsole {
  app: ElectronApplication
  page: Page
  dataDir: string
  /** What the main process wrote so far. */
  output(): string
  dispose(): Promise<void>
}

export interface ElectronConsoleOptions {
  /** The server to follow; without it, `args` say what the console does. */
  server?: { url: string; token: string }
  args?: string[]
  dataDir?: string
}

/** The app's arguments and environment, for whoever starts it in another way. */
export function electronStart({ server, args = [] }: ElectronConsoleOptions, dataDir: string) {
  const follow = server ? ['--server', server.url] : []
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value
  if (sqliteBinding !== undefined) env['WATCHFLOOR_SQLITE_BINDING'] = sqliteBinding
  if (server) env['WATCHFLOOR_TOKEN'] = server.token
  return { args: [appFolder, '--data-dir', dataDir, ...follow, ...args], env }
}

/** Starts the built app with its sandbox and waits for its page. */
export async function startElectronConsole(options: ElectronConsoleOptions = {}): Promise<ElectronConsole> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'watchfloor-electron-')))
  const { args, env } = electronStart(options, dataDir)
  const app = await _electron.launch({ executablePath: electronExecutable, args, env, chromiumSandbox: true })
  let output = ''
  for (const stream of [app.process().stdout, app.process().stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  }
  const page = await app.firstWindow().catch((error: unknown) => {
    throw new Error(`the app showed no window (${String(error)}); it wrote:\n${output}`)
  })
  page.setDefaultTimeout(waitMs)
  return {
    app,
    page,
    dataDir,
    output: () => output,
    dispose: async () => {
      await app.close().catch(() => undefined)
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Whether the window is on screen, in front, or hidden; as the main process sees it. */
export function windowState({ app }: ElectronConsole) {
  return app.evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows()[0]
    return { isVisible: window?.isVisible() ?? false, isFocused: window?.isFocused() ?? false }
  })
}

/** Closes the window as its operator would: it hides, and the console goes on. */
export async function closeWindow({ app }: ElectronConsole): Promise<void> {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
}
