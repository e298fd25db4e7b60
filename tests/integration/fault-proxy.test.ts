import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts'

let echo: Server
let proxy: FaultProxy
let client: Socket
let received: { text: string; parts: number; isClosed: boolean; error: string | null }
let heardByServer: number

beforeEach(async () => {
  heardByServer = 0
  echo = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (part) => {
      heardByServer += part.length
      socket.write(part)
    })
  })
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
  proxy = await startFaultProxy((echo.address() as AddressInfo).port, () => 0.5)
})

afterEach(async () => {
  client.destroy()
  await proxy.close()
  echo.close()
})

async function open(): Promise<void> {
  // Of its own for each: a socket's ending may come after the next is open.
  const mine: typeof received = { text: '', parts: 0, isClosed: false, error: null }
  received = mine
  client = connect({ port: proxy.port, host: '127.0.0.1', noDelay: true })
  client.on('data', (part: Buffer) => {
    mine.text += part.toString()
    mine.parts += 1
  })
  client.on('error', (error: NodeJS.ErrnoException) => (mine.error = error.code ?? error.message))
  client.on('close', () => (mine.isClosed = true))
  await once(client, 'connect')
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function untilHeard(length: number): Promise<void> {
  const end = performance.now() + 3_000
  while (received.text.length < length) {
    if (performance.now() > end) throw new Error(`heard ${received.text.length} of ${length} bytes`)
    await pause(2)
  }
}

describe('the fault proxy', () => {
  it('carries bytes unchanged when no fault is on', async () => {
    await open()
    client.write('hello')
    await untilHeard(5)
    expect(received.text).toBe('hello')
    expect(proxy).toMatchObject({ accepted: 1, open: 1 })
  })

  it.each(['up', 'down'] as const)(
    'holds the direction %s back, endings too, until it heals',
    async (way) => {
      await open()
      proxy[way].isStalled = true
      client.write('hello')
      await pause(60)
      expect(received.text).toBe('')
      expect(heardByServer).toBe(way === 'up' ? 0 : 5)
      proxy.heal()
      await untilHeard(5)
      expect(received.isClosed).toBe(false)
    },
  )

  it('cuts into single bytes, in order', async () => {
    await open()
    proxy.down.sliceBytes = 1
    client.write('abcdefgh')
    await untilHeard(8)
    expect(received.text).toBe('abcdefgh')
    expect(received.parts).toBeGreaterThan(4)
  })

  it('delays each part by its own time without holding up the next', async () => {
    await open()
    Object.assign(proxy.up, { delayMs: 300, jitterMs: 100 })
    const started = performance.now()
    for (const letter of 'abcdefghij') {
      client.write(letter)
      await pause(5)
    }
    await untilHeard(10)
    const tookMs = performance.now() - started
    expect(received.text).toBe('abcdefghij')
    expect(tookMs).toBeGreaterThan(250)
    // One after the other they would take ten times as long.
    expect(tookMs).toBeLessThan(2_500)
  })

  it('limits the bandwidth, and its sender feels it', async () => {
    await open()
    Object.assign(proxy.up, { bytesPerSecond: 100_000, sliceBytes: 2_000 })
    const started = performance.now()
    client.write('x'.repeat(20_000))
    await untilHeard(20_000)
    expect(performance.now() - started).toBeGreaterThan(190)
    client.write('x'.repeat(8_000_000))
    await pause(50)
    expect(client.writableLength).toBeGreaterThan(0)
  })

  it('resets both sides after so many bytes, and on demand', async () => {
    await open()
    Object.assign(proxy.down, { cutAfterBytes: 3, sliceBytes: 1 })
    client.write('abcdefgh')
    await once(client, 'close').catch(() => undefined)
    expect(received).toMatchObject({ error: 'ECONNRESET' })
    proxy.heal()
    await open()
    client.write('again')
    await untilHeard(5)
    proxy.resetAll()
    await once(client, 'close').catch(() => undefined)
    expect(received).toMatchObject({ error: 'ECONNRESET' })
  })

  it('accepts and says nothing, or does not accept at all', async () => {
    proxy.acceptsAndSaysNothing = true
    await open()
    client.write('hello')
    await pause(60)
    expect(received).toMatchObject({ text: '', isClosed: false })
    client.destroy()
    proxy.heal()
    proxy.isDown = true
    await open().catch(() => undefined)
    await pause(60)
    expect(received.isClosed).toBe(true)
  })
})
