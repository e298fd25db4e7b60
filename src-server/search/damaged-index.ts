/** The index is not what it says to be: it is made anew. */
export class DamagedIndexError extends Error {
  override readonly name = 'DamagedIndexError'
}
