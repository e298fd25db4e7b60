import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { FaultPump, noFaults, type Faults } from './fault-pump.ts'

export interface FaultProxy {
  port: number
  /** From the client to the server, and back. Changes act on open connections too. */
  readonly up: Faults
  readonly down: Faults
  /** Accepts connections and says nothing, as a proxy that swallowed the upgrade. */
  acceptsAndSaysNothing: boolean
  /** Refuses new connections. */
  isDown: boolean
  /** Connections that it has accepted so far, and those open now. */
  readonly accepted: number
  readonly open: number
  /** Ends all open connections with a reset. */
  resetAll(): void
  /** All faults off; what was held back flows on. */
  heal(): void
  close(): Promise<void>
}

interface Pair {
  client: Socket
  server: Socket | null
  pumps: readonly FaultPump[]
}

/** A TCP proxy in this process that breaks the network in chosen ways. `random` is handed in so that runs can be repeated. */
export async function startFaultProxy(
  targetPort: number,
  random: () => number = Math.random,
): Promise<FaultProxy> {
  const pairs = new Set<Pair>()
  let accepted = 0

  const join = (client: Socket): Pair => {
    const server = connect({ port: targetPort, host: '127.0.0.1', noDelay: true })
    const reset = () => {
      client.resetAndDestroy()
      server.resetAndDestroy()
    }
    const pumps = [
      new FaultPump(client, server, () => proxy.up, random, reset),
      new FaultPump(server, client, () => proxy.down, random, reset),
    ]
    const pair: Pair = { client, server, pumps }
    const forget = () => {
      if (client.closed && server.closed) pairs.delete(pair)
    }
    // An ending is a message of the network too: a stalled direction does not carry it.
    client.setNoDelay(true).on('close', () => {
      if (!proxy.up.isStalled) server.destroy()
      forget()
    })
    server.on('error', () => {
      if (!proxy.down.isStalled) client.resetAndDestroy()
    })
    server.on('close', forget)
    return pair
  }

  const listener = createServer((client) => {
    accepted += 1
    client.on('error', () => undefined)
    if (proxy.isDown) {
      client.resetAndDestroy()
    } else if (proxy.acceptsAndSaysNothing) {
      const silent: Pair = { client, server: null, pumps: [] }
      pairs.add(silent)
      client.resume().on('close', () => pairs.delete(silent))
    } else {
      pairs.add(join(client))
    }
  })

  const proxy: FaultProxy = {
    port: 0,
    up: { ...noFaults },
    down: { ...noFaults },
    acceptsAndSaysNothing: false,
    isDown: false,
    get accepted() {
      return accepted
    },
    get open() {
      return pairs.size
    },
    resetAll: () => {
      for (const { client, server } of pairs) {
        client.resetAndDestroy()
        server?.resetAndDestroy()
      }
    },
    heal: () => {
      Object.assign(proxy.up, noFaults)
      Object.assign(proxy.down, noFaults)
      proxy.acceptsAndSaysNothing = false
      proxy.isDown = false
      for (const { client, server, pumps } of pairs) {
        for (const pump of pumps) pump.look()
        // Endings that a stall kept back.
        if (client.closed) server?.destroy()
        if (server?.errored) client.resetAndDestroy()
      }
    },
    close: () =>
      new Promise<void>((resolve) => {
        for (const { client, server } of pairs) {
          client.destroy()
          server?.destroy()
        }
        listener.close(() => resolve())
      }),
  }
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  proxy.port = (listener.address() as AddressInfo).port
  return proxy
}
