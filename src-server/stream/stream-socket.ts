import { WebSocket } from 'ws'
import { closeCodes } from '../../src-shared/protocol/close-codes.ts'
import { jsonEncoding, negotiateEncoding } from './frame-encoding.ts'

/** RFC 6455: the library closes with it when a message is larger than `maxPayload`. */
const messageTooBig = 1009

/** A WebSocket that says too large a frame in the protocol's own code, so that the client knows its class. */
export class StreamSocket extends WebSocket {
  override close(code?: number, data?: string | Buffer): void {
    if (code !== messageTooBig) return super.close(code, data)
    const message = 'a frame may have at most 65536 bytes'
    const { codec } = negotiateEncoding(this.protocol ? [this.protocol] : []) ?? jsonEncoding
    const goodbye = codec.encode({
      type: 'goodbye',
      code: closeCodes.frameTooLarge,
      message,
      retryAfterMs: null,
    })
    this.send(goodbye, { compress: false })
    super.close(closeCodes.frameTooLarge, 'frameTooLarge')
  }
}
