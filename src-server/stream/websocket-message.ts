const finalText = 0x81
const finalBinary = 0x82
/** RFC 7692: the payload is compressed. */
const compressedBit = 0x40

/**
 * A whole message as it goes over the wire from a server: RFC 6455's header, then the payload. Made once, it is written to
 * every reader's transport as it is, where the library would make a header and two writes for each of them.
 */
export function webSocketMessage(payload: Uint8Array, isBinary: boolean, isCompressed = false): Buffer {
  const first = (isBinary ? finalBinary : finalText) | (isCompressed ? compressedBit : 0)
  return Buffer.concat([header(first, payload.length), payload])
}

/** What `webSocketMessage` made such a message of. */
export function webSocketPayload(message: Buffer): { payload: Buffer; isBinary: boolean } {
  const length = message[1] ?? 0
  const start = length < 126 ? 2 : length === 126 ? 4 : 10
  return { payload: message.subarray(start), isBinary: message[0] === finalBinary }
}

function header(first: number, length: number): Buffer {
  if (length < 126) return Buffer.from([first, length])
  if (length <= 0xffff) {
    const short = Buffer.from([first, 126, 0, 0])
    short.writeUInt16BE(length, 2)
    return short
  }
  const long = Buffer.alloc(10)
  long[0] = first
  long[1] = 127
  long.writeBigUInt64BE(BigInt(length), 2)
  return long
}
