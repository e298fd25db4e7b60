/**
 * The figures of a million events, fed entry by entry, against their recomputation in SQL over the same log: equal, or the
 * benchmark fails; those of one operating position, too. And how long the feeding takes.
 */
import { LogFigures } from '../../src-shared/figures/log-figures.ts'
import { positionOf } from '../../src-shared/figures/position.ts'
import { assertSameFigures } from '../support/figures/compare-figures.ts'
import { generatedLog, generatedServices } from '../support/figures/generated-log.ts'
import { recomputeFigures } from '../support/figures/recomputed-figures.ts'
import { printFigure } from './figure.ts'

const start = Date.UTC(2026, 9, 20)
const day = 86_400_000
const options = { events: 1_000_000, keys: 2_000, seed: 7, from: start, overMs: 20 * day }
const window = { from: start + day + 12_345, to: start + 25 * day }

let entries = 0
let last = start
const generatingFrom = performance.now()
for (const entry of generatedLog(options)) {
  entries += 1
  last = entry.at
}
const generatingMs = performance.now() - generatingFrom
window.to = last - 3 * 3_600_000

const figures = new LogFigures(window)
const feedingFrom = performance.now()
for (const entry of generatedLog(options)) figures.take(entry)
const feedingMs = performance.now() - feedingFrom - generatingMs
const result = figures.result()
assertSameFigures(result, recomputeFigures(generatedLog(options), window.from, window.to))

const memory = process.memoryUsage().heapUsed / 2 ** 20
printFigure({ name: 'figures, entries fed', value: entries, unit: 'entries', goal: 'of 1000000 events' })
printFigure({ name: 'figures, feeding', value: feedingMs, unit: 'ms', goal: 'for the record' })
printFigure({ name: 'figures, heap afterwards', value: memory, unit: 'MiB', goal: 'no list of entries' })
const found = result.health.annunciated
printFigure({ name: 'figures, alarms, equal to SQL', value: found, unit: 'alarms', goal: 'equal' })

const services = generatedServices.slice(3, 8)
const ofPosition = new LogFigures(window, positionOf(services))
for (const entry of generatedLog(options)) ofPosition.take(entry)
const own = ofPosition.result()
assertSameFigures(own, recomputeFigures(generatedLog(options), window.from, window.to, services))
printFigure({
  ...{ name: 'figures, alarms of a position, equal to SQL', unit: 'alarms', goal: 'equal' },
  value: own.health.annunciated,
})
