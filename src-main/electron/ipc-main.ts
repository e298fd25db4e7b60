import { ipcMain, type WebContents, type WebFrameMain } from 'electron'
import * as z from 'zod'
import type { ConsoleHost, MethodAnswer, MethodName } from '../../src-shared/console-api.ts'
import { appOrigin } from './app-scheme.ts'
import { callChannel, eventChannel, eventNames, type EventArguments } from './ipc-channels.ts'

const callSchema = z.tuple([z.string().max(64), z.unknown()])

/**
 * Serves the contract to one window: calls are taken from its main frame on our own origin only, their form is
 * checked here and their input by the core, and those that come early wait for it; events go to the window while it
 * exists. Returns how to stop.
 */
export function serveConsole(opening: Promise<ConsoleHost>, page: () => WebContents | null): () => void {
  ipcMain.handle(callChannel, async (event, ...args): Promise<MethodAnswer<MethodName>> => {
    if (!isOurPage(event.senderFrame, page()))
      return refuse('forbidden', 'this frame may not call the console')
    const call = callSchema.safeParse(args)
    if (!call.success) return refuse('invalidInput', 'a call is a method name and its input')
    return (await opening).call(...call.data)
  })
  let stops: (() => void)[] = []
  void opening.then((host) => {
    stops = eventNames.map((name) =>
      host.on(name, (payload) => {
        const target = page()
        if (target === null || target.isDestroyed()) return
        const args = [name, payload] as EventArguments
        target.send(eventChannel, ...args)
      }),
    )
  })
  return () => {
    ipcMain.removeHandler(callChannel)
    for (const stop of stops) stop()
  }
}

function isOurPage(frame: WebFrameMain | null, page: WebContents | null): boolean {
  return frame !== null && page !== null && frame === page.mainFrame && originOf(frame.url) === appOrigin
}

/** `URL.origin` is "null" for schemes that are not the web's own. */
function originOf(address: string): string | null {
  if (!URL.canParse(address)) return null
  const { protocol, host } = new URL(address)
  return `${protocol}//${host}`
}

function refuse(code: string, message: string): MethodAnswer<MethodName> {
  return { ok: false, code, message }
}
