import { describe, expect, it } from 'vitest'
import * as format from '../../src-renderer/state/format.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

describe('how times and counts are written', () => {
  it.each([
    [-5, '0 s'],
    [59 * second, '59 s'],
    [6 * minute + 12 * second, '6 min'],
    [47 * hour, '47 h'],
    [49 * hour, '2 d'],
  ])('writes an age of %d ms as %s', (ms, text) => {
    expect(format.formatAge(ms)).toBe(text)
  })

  it.each([
    [6 * minute + 12 * second, '6 min 12 s'],
    [3 * hour + 5 * minute, '3 h 5 min'],
    [52 * hour, '2 d 4 h'],
  ])('writes a duration of %d ms as %s', (ms, text) => {
    expect(format.formatDuration(ms)).toBe(text)
  })

  it.each([
    [0, '0 %'],
    [0.00001, '< 0.1 %'],
    [0.0278, '2.8 %'],
    [0.05, '5 %'],
    [0.9996, '100 %'],
  ])('writes a share of %d as %s', (share, text) => {
    expect(format.formatPercent(share)).toBe(text)
  })

  it('shortens counts only where they would not fit', () => {
    expect(format.formatNarrowCount(9876)).toBe('9,876')
    expect(format.formatNarrowCount(1_284_773)).toBe('1.28M')
  })

  it.each([
    ['jonas.reiter', 'JR'],
    ['mira', 'MI'],
    ['Ada Lund', 'AL'],
    ['', ''],
    ['李 雷', '李雷'],
  ])('makes of %s the initials %s', (name, initials) => {
    expect(format.formatInitials(name)).toBe(initials)
  })

  it('gives the day with a time that is not of today', () => {
    const today = new Date(2026, 10, 23, 14, 2, 11).getTime()
    expect(format.formatSince(today, today + second)).toBe('14:02:11')
    expect(format.formatSince(today - 48 * hour, today)).toBe('21 Nov 14:02')
  })

  it('gives the year with a day that could be taken for one of another', () => {
    const now = new Date(2026, 10, 23, 14, 2).getTime()
    const inMay = new Date(2027, 4, 1, 8, 0).getTime()
    const inAYear = new Date(2027, 10, 24, 14, 2).getTime()
    expect(format.formatShortSince(inMay, now)).toBe('1 May 08:00')
    expect(format.formatShortSince(inAYear, now)).toBe('24 Nov 2027 14:02')
    expect(format.formatSince(now, inAYear)).toBe('23 Nov 2026 14:02')
  })
})
