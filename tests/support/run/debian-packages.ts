import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'

/** Whether this machine lets the test command install Debian packages: Debian (or a child of it), and root. */
export function canInstallPackages(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
}

/** Debian asks this program before a package may start its service. */
const servicePolicy = '/usr/sbin/policy-rc.d'
const denyAll = '#!/bin/sh\nexit 101\n'

/** Installs packages; says in one line what it does. False when that did not work. No service of theirs is started. */
export function installPackages(names: readonly string[]): boolean {
  console.log(`installing ${names.join(', ')} (Debian packages)`)
  const isOurs = !existsSync(servicePolicy)
  if (isOurs) writeFileSync(servicePolicy, denyAll, { mode: 0o755 })
  try {
    return installQuietly(names)
  } finally {
    if (isOurs) rmSync(servicePolicy)
  }
}

function installQuietly(names: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const install = () =>
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], {
      env,
      timeout: 300_000,
    })
  if (install().status === 0) return true
  // The lists may be missing or old.
  spawnSync('apt-get', ['update', '-q'], { env, timeout: 120_000 })
  const second = install()
  if (second.status !== 0) console.log(String(second.stderr).trim().split('\n').slice(-3).join('\n'))
  return second.status === 0
}

/** Whether a program is on the path. */
export function hasProgram(name: string): boolean {
  return spawnSync(process.platform === 'win32' ? 'where' : 'which', [name]).status === 0
}
