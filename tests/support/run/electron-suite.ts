import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { hasProgram } from './debian-packages.ts'

/** How to run the Electron suite here, or why it cannot be run. */
export type ElectronSuite =
  | { canRun: true; executable: string; command: (args: readonly string[]) => [string, ...string[]] }
  | { canRun: false; reason: string }

/**
 * Looks for an Electron (WATCHFLOOR_TEST_ELECTRON, else the installed package's binary) and for a display. On Linux
 * the suite gets a display and a session bus of its own (xvfb-run, dbus-run-session) where these are installed; as
 * root it runs as WATCHFLOOR_TEST_USER, since Chromium's sandbox refuses root.
 */
export function planElectronSuite(env: NodeJS.ProcessEnv = process.env): ElectronSuite {
  const executable = env['WATCHFLOOR_TEST_ELECTRON'] ?? installedElectron()
  if (executable === undefined) {
    return {
      canRun: false,
      reason: 'no Electron here: its binary is not downloaded, and WATCHFLOOR_TEST_ELECTRON names none',
    }
  }
  if (!existsSync(executable)) {
    return { canRun: false, reason: `WATCHFLOOR_TEST_ELECTRON names ${executable}, which does not exist` }
  }
  if (process.platform !== 'linux')
    return { canRun: true, executable, command: (args) => [process.execPath, ...args] }
  return planOnLinux(executable, env)
}

function planOnLinux(executable: string, env: NodeJS.ProcessEnv): ElectronSuite {
  const user = env['WATCHFLOOR_TEST_USER']
  const home = env['WATCHFLOOR_TEST_HOME']
  const isRoot = process.getuid?.() === 0
  if (isRoot && (user === undefined || home === undefined)) {
    return {
      canRun: false,
      reason: 'Electron does not run as root with its sandbox, and WATCHFLOOR_TEST_USER names no other user',
    }
  }
  const become =
    isRoot && user !== undefined && home !== undefined
      ? [
          'setpriv',
          `--reuid=${user}`,
          `--regid=${user}`,
          '--clear-groups',
          'env',
          `HOME=${home}`,
          `XDG_RUNTIME_DIR=${home}`,
        ]
      : []
  if (become.length > 0 && !canRead(become)) {
    return {
      canRun: false,
      reason: `the user ${user} cannot read this folder: put the checkout where it can`,
    }
  }
  const screen = hasProgram('xvfb-run') ? ['xvfb-run', '-a', '-s', '-ac -screen 0 1920x1080x24'] : []
  if (screen.length === 0 && env['DISPLAY'] === undefined && env['WAYLAND_DISPLAY'] === undefined) {
    return { canRun: false, reason: 'no display here, and no xvfb-run (Debian packages xvfb and xauth)' }
  }
  const bus = hasProgram('dbus-run-session') ? ['dbus-run-session', '--'] : []
  return {
    canRun: true,
    executable,
    command: (args) => {
      const [first, ...rest] = [...screen, ...become, ...bus, process.execPath, ...args]
      if (first === undefined) throw new Error('a command has a first word')
      return [first, ...rest]
    },
  }
}

function canRead(become: readonly string[]): boolean {
  const [program, ...args] = become
  return program !== undefined && spawnSync(program, [...args, 'test', '-r', 'package.json']).status === 0
}

function installedElectron(): string | undefined {
  const folder = 'node_modules/electron'
  if (!existsSync(`${folder}/path.txt`)) return undefined
  const path = `${process.cwd()}/${folder}/dist/${readFileSync(`${folder}/path.txt`, 'utf8')}`
  return existsSync(path) ? path : undefined
}
