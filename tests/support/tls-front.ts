import { readFileSync } from 'node:fs'
import { connect, type AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import { fileURLToPath } from 'node:url'

export interface TlsFront {
  url: string
  close(): Promise<void>
}

/** A test certificate's file. */
export function certificateFile(name: string): string {
  return fileURLToPath(new URL(`./certificates/${name}`, import.meta.url))
}

/** TLS before a server that has none, with a certificate of the tests' own authority. */
export async function startTlsFront(targetPort: number, asksClients = false): Promise<TlsFront> {
  const read = (name: string) => readFileSync(certificateFile(name))
  const server = createServer(
    {
      cert: read('server.pem'),
      key: read('server.key'),
      ca: read('ca.pem'),
      requestCert: asksClients,
      rejectUnauthorized: asksClients,
    },
    (socket) => {
      const onward = connect(targetPort, '127.0.0.1')
      socket.pipe(onward).pipe(socket)
      socket.on('error', () => onward.destroy()).on('close', () => onward.destroy())
      onward.on('error', () => socket.destroy()).on('close', () => socket.destroy())
    },
  )
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
