import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

export type FoundElectron = { ok: true; executable: string } | { ok: false; reason: string }

const packageFolder = join(import.meta.dirname, '..', 'node_modules', 'electron')
/** Electron is about 110 MB: at 3 Mbit/s this long, and a slower line is told to use the web shell. */
const downloadMs = 300_000
const probeMs = 4_000

/**
 * An Electron that can be started here and shown to somebody: the one in ELECTRON_OVERRIDE_DIST_PATH, the one that the
 * package has, or one that is downloaded now. The reason against it is a sentence without its full stop.
 */
export async function findElectron(env: NodeJS.ProcessEnv): Promise<FoundElectron> {
  if (process.platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) {
    return { ok: false, reason: 'there is no display here' }
  }
  const override = env['ELECTRON_OVERRIDE_DIST_PATH']
  if (override !== undefined) {
    const executable = join(override, process.platform === 'win32' ? 'electron.exe' : 'electron')
    if (existsSync(executable)) return { ok: true, executable }
    return { ok: false, reason: `ELECTRON_OVERRIDE_DIST_PATH names ${override}, which holds no Electron` }
  }
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    return { ok: false, reason: 'Electron does not run as root with its sandbox' }
  }
  const installed = installedElectron()
  if (installed !== undefined) return { ok: true, executable: installed }
  return downloadElectron(env)
}

function installedElectron(): string | undefined {
  const pathFile = join(packageFolder, 'path.txt')
  if (!existsSync(pathFile)) return undefined
  const executable = join(packageFolder, 'dist', readFileSync(pathFile, 'utf8'))
  return existsSync(executable) ? executable : undefined
}

async function downloadElectron(env: NodeJS.ProcessEnv): Promise<FoundElectron> {
  const cannot: FoundElectron = { ok: false, reason: "Electron's binary could not be downloaded" }
  if (!existsSync(packageFolder)) return { ok: false, reason: 'Electron is not installed (npm ci brings it)' }
  if (!(await isReachable(env))) return cannot
  console.log('Downloading Electron, once (about 110 MB) …')
  await new Promise<void>((resolve) => {
    const child = spawn(process.execPath, [join(packageFolder, 'install.js')], {
      stdio: 'ignore',
      timeout: downloadMs,
    })
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
  const executable = installedElectron()
  return executable === undefined ? cannot : { ok: true, executable }
}

/** A quick look first, since a firewall that swallows packets would make the download wait for minutes. */
function isReachable(env: NodeJS.ProcessEnv): Promise<boolean> {
  const hasProxy = ['HTTPS_PROXY', 'https_proxy', 'ELECTRON_GET_USE_PROXY'].some((name) => env[name])
  if (hasProxy) return Promise.resolve(true)
  const mirror = env['ELECTRON_MIRROR'] ?? env['npm_config_electron_mirror'] ?? 'https://github.com/'
  return new Promise((resolve) => {
    const { hostname, port } = new URL(mirror)
    const socket = connect({ host: hostname, port: Number(port || 443), timeout: probeMs })
    const finish = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => finish(true))
    socket.once('timeout', () => finish(false))
    socket.once('error', () => finish(false))
  })
}
