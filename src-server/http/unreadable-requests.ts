import type { Socket } from 'node:net'

/** A request's address and headers: the longest filter takes 18 KiB of them where each character takes nine. */
export const mostHeadBytes = 32_768

/** Answers what did not become a request: it has no route, and no reply of the HTTP library. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  const isTooLong = error.code === 'HPE_HEADER_OVERFLOW'
  const status = isTooLong ? '431 Request Header Fields Too Large' : '400 Bad Request'
  const problem = isTooLong
    ? { code: 'tooLarge', message: 'the address and the headers are too long: 32 KiB at most', field: null }
    : { code: 'invalid', message: 'this is not HTTP as the server understands it', field: null }
  const body = JSON.stringify({ error: problem })
  const head = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\n`
  if (socket.writable) socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  socket.destroySoon()
}
