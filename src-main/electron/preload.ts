import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import type {
  ConsoleBridge,
  EventName,
  EventPayload,
  MethodAnswer,
  MethodName,
} from '../../src-shared/console-api.ts'
import {
  callChannel,
  eventChannel,
  eventNames,
  type CallArguments,
  type EventArguments,
} from './ipc-channels.ts'

/** All that the page gets of Electron: the contract's two functions. What arrives is parsed by the page's own bridge. */
const bridge: ConsoleBridge = {
  call: <M extends MethodName>(method: M, input: unknown) => {
    const args: CallArguments = [method, input]
    return ipcRenderer.invoke(callChannel, ...args) as Promise<MethodAnswer<M>>
  },
  on: <E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void) => {
    if (!eventNames.includes(event)) throw new TypeError(`there is no event "${event}"`)
    const receive = (_event: IpcRendererEvent, ...[name, payload]: EventArguments) => {
      if (name === event) listener(payload as EventPayload<E>)
    }
    ipcRenderer.on(eventChannel, receive)
    return () => {
      ipcRenderer.off(eventChannel, receive)
    }
  },
}

contextBridge.exposeInMainWorld('watchfloor', bridge)
