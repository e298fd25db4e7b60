/**
 * Whether a text is made of these pieces in their order, the first at its beginning and the last at its end, with any
 * run of characters between two of them. One piece alone has to be all of the text. Compares exactly.
 */
export function fitsPieces(pieces: readonly string[], text: string): boolean {
  const first = pieces[0] ?? ''
  if (pieces.length < 2) return text === first
  const last = pieces.at(-1) ?? ''
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}

/** A test for texts that fit a pattern in which `*` stands for any run of characters, without regard to case. */
export function createWildcard(pattern: string): (text: string) => boolean {
  const pieces = pattern.toLowerCase().split('*')
  return (text) => fitsPieces(pieces, text.toLowerCase())
}
