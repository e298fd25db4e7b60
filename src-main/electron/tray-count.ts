/** A picture as Electron hands it over: four bytes a pixel (blue, green, red, alpha), row by row. */
export interface Bitmap {
  pixels: Uint8Array
  width: number
  height: number
}

/** Rows of three dots each, read as bits: a font that stays readable at the size of a tray. */
const glyphs: Readonly<Record<string, readonly number[]>> = {
  '0': [7, 5, 5, 5, 7],
  '1': [2, 6, 2, 2, 7],
  '2': [7, 1, 7, 4, 7],
  '3': [7, 1, 7, 1, 7],
  '4': [5, 5, 7, 1, 1],
  '5': [7, 4, 7, 1, 7],
  '6': [7, 4, 7, 5, 7],
  '7': [7, 1, 1, 2, 2],
  '8': [7, 5, 7, 5, 7],
  '9': [7, 5, 7, 1, 7],
  '+': [0, 2, 7, 2, 0],
}
const glyphWidth = 3
const glyphHeight = 5
const field = [0x14, 0x10, 0x0d, 0xff] as const
const ink = [0xff, 0xff, 0xff, 0xff] as const

/** What is written on the tray for so many incidents; nothing for none. */
export function countText(count: number): string {
  if (count <= 0) return ''
  return count > 99 ? '99+' : String(count)
}

/** The picture with a text in its lower right corner, on a dark field; a copy, the original stays as it is. */
export function drawCount(bitmap: Bitmap, text: string): Bitmap {
  const drawn = { ...bitmap, pixels: Uint8Array.from(bitmap.pixels) }
  if (text === '') return drawn
  // One digit has room to be larger; the unit is the size of one dot on a picture of 32.
  const dot = Math.max(1, Math.round((bitmap.width / 32) * (text.length === 1 ? 3 : 2)))
  const width = text.length * (glyphWidth + 1) * dot + dot
  const height = (glyphHeight + 2) * dot
  const left = bitmap.width - width
  const top = bitmap.height - height
  fill(drawn, left, top, width, height, field)
  for (const [index, letter] of [...text].entries()) {
    const x = left + dot + index * (glyphWidth + 1) * dot
    for (const [row, bits] of (glyphs[letter] ?? []).entries()) {
      for (let column = 0; column < glyphWidth; column += 1) {
        const isSet = (bits >> (glyphWidth - 1 - column)) & 1
        if (isSet) fill(drawn, x + column * dot, top + (row + 1) * dot, dot, dot, ink)
      }
    }
  }
  return drawn
}

function fill(
  bitmap: Bitmap,
  left: number,
  top: number,
  width: number,
  height: number,
  colour: readonly number[],
): void {
  for (let y = Math.max(0, top); y < Math.min(bitmap.height, top + height); y += 1) {
    for (let x = Math.max(0, left); x < Math.min(bitmap.width, left + width); x += 1) {
      bitmap.pixels.set(colour, (y * bitmap.width + x) * 4)
    }
  }
}
