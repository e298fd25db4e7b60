import { promisify } from 'node:util'
import { constants, deflateRaw, deflateRawSync, type ZlibOptions } from 'node:zlib'
import { webSocketMessage, webSocketPayload } from './websocket-message.ts'

/** Fast: the slower levels leave little less of a snapshot for several times the work (docs/decisions.md). */
const options: ZlibOptions = { level: 1, finishFlush: constants.Z_SYNC_FLUSH }
const deflateAside = promisify<Uint8Array, ZlibOptions, Buffer>(deflateRaw)

/**
 * The same message for connections that agreed on permessage-deflate (RFC 7692) without context takeover: it rests on
 * nothing that was sent before, so all of them can be sent the same bytes. Works outside of this thread.
 */
export async function compressMessage(message: Buffer): Promise<Buffer> {
  const { payload, isBinary } = webSocketPayload(message)
  return compressedMessage(await deflateAside(payload, options), isBinary)
}

/** The same at once, for small messages that must not wait. */
export function compressMessageNow(message: Buffer): Buffer {
  const { payload, isBinary } = webSocketPayload(message)
  return compressedMessage(deflateRawSync(payload, options), isBinary)
}

function compressedMessage(deflated: Buffer, isBinary: boolean): Buffer {
  // The last four bytes of a flush are always the same and left out on the wire (7.2.1).
  return webSocketMessage(deflated.subarray(0, -4), isBinary, true)
}
