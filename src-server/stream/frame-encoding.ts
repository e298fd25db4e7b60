import { jsonCodec, type Codec } from '../../src-shared/protocol/codec.ts'
import { subprotocols } from '../../src-shared/protocol/limits.ts'
import { msgpackCodec, packValue } from '../../src-shared/protocol/msgpack-codec.ts'
import { frameText, frameValue, type StreamFrame } from './stream-frame.ts'
import { webSocketMessage } from './websocket-message.ts'

/** How frames travel on a connection that agreed on a subprotocol. */
export interface FrameEncoding {
  subprotocol: string
  /** Reads what the client sends. */
  codec: Codec
  /** A whole WebSocket message, its header included; made once and written to every reader that wants the same. */
  encode(frame: StreamFrame): Buffer
}

export const jsonEncoding: FrameEncoding = {
  subprotocol: subprotocols.json,
  codec: jsonCodec,
  encode: (frame) => webSocketMessage(Buffer.from(frameText(frame)), false),
}

const msgpackEncoding: FrameEncoding = {
  subprotocol: subprotocols.msgpack,
  codec: msgpackCodec,
  encode: (frame) => webSocketMessage(packValue(frameValue(frame)), true),
}

/** Every encoding that this server speaks. */
const spoken: readonly FrameEncoding[] = [jsonEncoding, msgpackEncoding]

/**
 * The first of the offered subprotocols that is spoken here; JSON when none was offered;
 * null when only unknown ones were.
 */
export function negotiateEncoding(offered: readonly string[]): FrameEncoding | null {
  if (offered.length === 0) return jsonEncoding
  for (const name of offered) {
    const found = spoken.find((encoding) => encoding.subprotocol === name)
    if (found) return found
  }
  return null
}
