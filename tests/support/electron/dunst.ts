import { spawn, spawnSync } from 'node:child_process'
import { Message, sessionBus } from '@jellybrick/dbus-next'
import { until } from './until.ts'

/** A real notification daemon on the session bus of this test run. */
export interface Dunst {
  /** Everything received so far, as the daemon prints it. */
  received(): string
  displayed(): number
  /** A click on the newest notification. */
  click(): void
  dispose(): Promise<void>
}

export function hasDunst(): boolean {
  const hasBus = process.env['DBUS_SESSION_BUS_ADDRESS'] !== undefined && process.env['DISPLAY'] !== undefined
  return hasBus && spawnSync('dunst', ['--version']).status === 0
}

/** Starts dunst and waits until it answers on the bus. */
export async function startDunst(): Promise<Dunst> {
  const child = spawn('dunst', ['-print', '-conf', '/dev/null'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  await nameIsTaken()
  return {
    received: () => output,
    displayed: () => Number(dunstctl('count', 'displayed')),
    click: () => {
      dunstctl('action', '0')
    },
    dispose: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Asks the bus itself: a question to the name would make the bus start a daemon of its own. */
async function nameIsTaken(): Promise<void> {
  const bus = sessionBus()
  const destination = 'org.freedesktop.DBus'
  const ask = { destination, path: '/org/freedesktop/DBus', interface: destination, member: 'NameHasOwner' }
  const body = ['org.freedesktop.Notifications']
  await until(
    'dunst on the session bus',
    async () => (await bus.call(new Message({ ...ask, signature: 's', body })))?.body[0],
    (isTaken) => isTaken === true,
  )
  bus.disconnect()
}

function dunstctl(...args: string[]): string {
  return spawnSync('dunstctl', args, { encoding: 'utf8' }).stdout.trim()
}
