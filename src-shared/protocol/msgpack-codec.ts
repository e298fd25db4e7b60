import { Packr } from 'msgpackr'
import type { Codec } from './codec.ts'

/**
 * Plain maps, so that any MessagePack library reads them. Whole numbers beyond 32 bits (instants) travel as float 64,
 * which holds them exactly up to 2^53, or as int 64 when another library wrote them: both are read as numbers.
 */
const packr = new Packr({
  useRecords: false,
  mapsAsObjects: true,
  int64AsType: 'number',
  encodeUndefinedAsNil: false,
})

/** Any JSON value as MessagePack. */
export function packValue(value: unknown): Uint8Array {
  // This room knows no Buffer, which is what the library's types speak of.
  const packed: unknown = packr.pack(value)
  if (!(packed instanceof Uint8Array)) throw new TypeError('MessagePack is made of bytes')
  return packed
}

/** MessagePack in binary frames: the same maps, names and values as JSON. */
export const msgpackCodec: Codec = {
  encoding: 'msgpack',
  encode: packValue,
  decode: (wire) => {
    if (typeof wire === 'string') throw new TypeError('MessagePack travels in binary frames')
    return packr.unpack(wire) as unknown
  },
}
