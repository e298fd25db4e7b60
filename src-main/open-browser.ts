import { spawn } from 'node:child_process'

/** Opens an address in the person's browser where there is a screen; where there is none, nothing happens. */
export function openBrowser(url: string): void {
  const opener = openerFor(process.platform, process.env)
  if (opener === null) return
  const [program, ...args] = opener
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true })
  // No opener on this machine: the address has been printed.
  child.once('error', () => undefined)
  child.unref()
}

function openerFor(platform: string, env: NodeJS.ProcessEnv): [string, ...string[]] | null {
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : null
}
