import { describe, expect, it } from 'vitest'
import type { IncidentRef, TrayState } from '../../src-main/core/ports.ts'
import { countText, drawCount, type Bitmap } from '../../src-main/electron/tray-count.ts'
import { trayMenu } from '../../src-main/electron/tray-menu.ts'
import { pictureName, trayTooltip } from '../../src-main/electron/tray-picture.ts'

const calm: TrayState = {
  freshness: 'live',
  freshnessText: 'Live, 12 ms',
  worst: null,
  triggered: 0,
  newest: [],
}
const busy: TrayState = {
  ...calm,
  worst: 'critical',
  triggered: 3,
  newest: [
    { siteId: 's', incidentId: 'i', number: 7, title: `R&D: ${'x'.repeat(80)}`, severity: 'critical' },
  ],
}

describe('the tray’s picture', () => {
  it('shows the worst severity only while what it knows is fresh', () => {
    expect(pictureName(calm)).toBe('live')
    expect(pictureName(busy)).toBe('critical')
    expect(pictureName({ ...busy, freshness: 'stale' })).toBe('stale')
    expect(pictureName({ ...calm, freshness: 'blind' })).toBe('blind')
    expect(pictureName({ ...calm, freshness: null })).toBe('connecting')
  })

  it('says the same in words', () => {
    expect(trayTooltip(busy)).toBe('Watchfloor: 3 triggered, worst critical\nLive, 12 ms')
    expect(trayTooltip({ ...calm, freshnessText: 'Blind since 14:02:11: no route' })).toContain(
      'Blind since 14:02:11',
    )
  })
})

describe('the count in the picture', () => {
  const blank: Bitmap = { pixels: new Uint8Array(32 * 32 * 4), width: 32, height: 32 }
  const changed = (bitmap: Bitmap) => bitmap.pixels.filter((value) => value !== 0).length

  it('is nothing for none, and never wider than the picture', () => {
    expect([0, 7, 42, 99, 100, 5_000].map(countText)).toEqual(['', '7', '42', '99', '99+', '99+'])
    expect(changed(drawCount(blank, ''))).toBe(0)
    for (const text of ['7', '42', '99+']) {
      const leftmost = Array.from({ length: 32 }, (_, y) => drawCount(blank, text).pixels[y * 32 * 4 + 3])
      expect(leftmost.every((alpha) => alpha === 0)).toBe(true)
    }
  })

  it('differs for each number and leaves the original as it was', () => {
    const drawn = Array.from({ length: 99 }, (_, index) =>
      drawCount(blank, countText(index + 1)).pixels.join(),
    )
    expect(new Set(drawn).size).toBe(99)
    expect(changed(blank)).toBe(0)
  })
})

describe('the tray’s menu', () => {
  const idle = { open: () => undefined, openIncident: () => undefined, quit: () => undefined }

  it('has freshness, incidents with their titles cut and escaped, and the ways out', () => {
    const opened: string[] = []
    const openIncident = ({ incidentId }: IncidentRef) => opened.push(incidentId)
    const items = trayMenu(busy, { ...idle, openIncident })
    expect(items[0]).toMatchObject({ label: 'Live, 12 ms', enabled: false })
    expect(items[2]?.label).toMatch(/^#7 {2}Critical: R&&D: x+…$/)
    expect(items[3]?.label).toBe('2 more')
    items[2]?.click?.(undefined as never, undefined, undefined as never)
    expect(opened).toEqual(['i'])
    expect(items.slice(-2).map(({ label }) => label)).toEqual(['Open Watchfloor', 'Quit'])
  })

  it('says so when nothing is triggered', () => {
    const labels = trayMenu(calm, idle).map(({ label }) => label)
    expect(labels).toContain('Nothing triggered')
  })
})
