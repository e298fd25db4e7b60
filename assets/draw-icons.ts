/**
 * Draws the app's icon and the tray's, as SVG in this file and as PNG beside it: `node assets/draw-icons.ts`, with any
 * Chromium (WATCHFLOOR_CHROMIUM, or Playwright's). The results are committed; run it again after a change here.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { launchChromium } from '../tests/support/chromium.ts'

const colours = {
  text: '#dfe5ec',
  dim: '#97a1b0',
  critical: '#ff6b6b',
  error: '#ff9d47',
  warning: '#f2cd4e',
  info: '#68aefc',
  ok: '#4cc38a',
  accent: '#7aa7ff',
}

/** The mark on a field of 20: a dial with four ticks and what is watched in the middle. */
const mark = (ring: string, dot: string) =>
  `${dial(ring, 1.6)}<circle cx="10" cy="10" r="2.2" fill="${dot}"/>`
const dial = (colour: string, width: number) =>
  `<g fill="none" stroke="${colour}" stroke-width="${width}">` +
  '<circle cx="10" cy="10" r="7.5"/><path d="M10 2.5v3M10 14.5v3M2.5 10h3M14.5 10h3"/></g>'
/** Panels are dark or light: a dark edge keeps light lines readable on both. */
const edge = dial('#0d1014', 3)

const appIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
  <defs><linearGradient id="field" x2="0" y2="1"><stop stop-color="#1c2431"/><stop offset="1" stop-color="#0d1014"/></linearGradient></defs>
  <rect x="1.5" y="1.5" width="29" height="29" rx="7" fill="url(#field)" stroke="#303a4a" stroke-width=".6"/>
  <g transform="translate(3.5 3.5) scale(1.25)">${mark(colours.text, colours.accent)}</g>
</svg>
`

/** Severities have the shapes that they have everywhere: octagon, diamond, triangle, circle, on a field of 12. */
const shapes = {
  critical: '<path d="M3.6.4h4.8l3.2 3.2v4.8l-3.2 3.2H3.6L.4 8.4V3.6z"',
  error: '<path d="M6 0l6 6-6 6-6-6z"',
  warning: '<path d="M6 .8 12 11.4H0z"',
  info: '<circle cx="6" cy="6" r="5"',
}

const onTray = (inside: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">${inside}</svg>\n`
/** A dark edge keeps a coloured shape readable on a light panel as well. */
const attention = (severity: keyof typeof shapes) =>
  onTray(
    `<g transform="translate(1 1) scale(1.5)">${shapes[severity]} fill="${colours[severity]}" stroke="#0d1014" stroke-width=".5"/></g>`,
  )

const trayIcons: Record<string, string> = {
  live: onTray(edge + mark(colours.text, colours.ok)),
  connecting: onTray(edge + mark(colours.dim, colours.dim)),
  stale: onTray(
    `<circle cx="10" cy="10" r="7.5" fill="none" stroke="${colours.warning}" stroke-width="1.8" stroke-dasharray="3.1 1.6"/>
     <path d="M10 5.6V10l3 2" fill="none" stroke="${colours.warning}" stroke-width="1.8"/>`,
  ),
  blind: onTray(
    `<circle cx="10" cy="10" r="8.6" fill="${colours.critical}" stroke="#0d1014" stroke-width=".8"/>
     <path d="M5 15 15 5" stroke="#0d1014" stroke-width="2.6"/>`,
  ),
  critical: attention('critical'),
  error: attention('error'),
  warning: attention('warning'),
  info: attention('info'),
}

const folder = import.meta.dirname
mkdirSync(join(folder, 'tray'), { recursive: true })
writeFileSync(join(folder, 'icon.svg'), appIcon)
const browser = await launchChromium()
await render(appIcon, 512, 'icon.png')
for (const [name, svg] of Object.entries(trayIcons)) await render(svg, 32, `tray/${name}.png`)
await browser.close()

async function render(svg: string, size: number, file: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  const sized = svg.replace('<svg ', `<svg width="${size}" height="${size}" style="display:block" `)
  await page.setContent(`<style>body{margin:0;background:transparent}</style>${sized}`)
  await page.screenshot({ path: join(folder, file), omitBackground: true })
  await page.close()
}
