import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Filter, FilterAbout } from '../../src-shared/filter/filter.ts'
import { parseFilter } from '../../src-shared/filter/parse-filter.ts'
import { printValue, quote } from '../../src-shared/filter/print-filter.ts'
import { openServerInside } from '../support/server-inside.ts'
import {
  allPages,
  eventsThatFit,
  incidentsThatFit,
  openSearchInside,
  smallLimits,
} from '../support/search/search-inside.ts'

/** Few words, so that they meet: case that folds oddly, half characters, quotes, and what indexes take for syntax. */
const words = [
  'disk',
  'Disk full',
  'ful',
  'k',
  '\u212Aelvin',
  'İstanbul',
  'ΟΔΟΣ',
  'straße',
  '😀 smile',
  'a"b',
  'back\\slash',
  'NOT x AND y',
  'nu\0l',
  'edge\u0001edge',
  '#12',
  '1',
  'pay*',
  '\uFFFD',
]
const word = fc.constantFrom(...words)
const phrase = fc.array(word, { minLength: 1, maxLength: 3 }).map((all) => all.join(' '))
const services = ['orders', 'Payments', 'ΟΔΟΣ', 'db', '12']
const names = ['env', 'Env', 'h', '__proto__', 'a=b']

const event = fc.record({
  dedupKey: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  title: phrase,
  description: fc.oneof(fc.constant(''), phrase),
  service: fc.constantFrom(...services),
  severity: fc.constantFrom('info', 'warning', 'error', 'critical'),
  action: fc.constantFrom('trigger', 'trigger', 'trigger', 'resolve', 'acknowledge'),
  labels: fc.dictionary(fc.constantFrom(...names), word, { maxKeys: 2 }),
})

/** A piece of something that may well be there, of one character or more. */
const piece = fc
  .tuple(fc.oneof(word, fc.constantFrom(...services, 'prometheus', '')), fc.nat(8), fc.nat(8))
  .map(([text, from, length]) => text.slice(from % Math.max(1, text.length)).slice(0, length + 1))
const value = fc
  .tuple(fc.boolean(), piece, fc.boolean())
  .map(([before, text, after]) => `${before ? '*' : ''}${printValue(text)}${after ? '*' : ''}`)
const values = fc.array(value, { minLength: 1, maxLength: 2 }).map((all) => all.join(','))
const common = [
  piece.filter((text) => text !== '').map(quote),
  values.map((text) => `service:${text}`),
  values.map((text) => `title:${text}`),
  values.map((text) => `source:${text}`),
  fc.tuple(fc.constantFrom(...names), values).map(([name, text]) => `label.${quote(name)}:${text}`),
  fc.constantFrom('severity>=error', 'severity:info,critical', 'severity<warning'),
  fc.constantFrom('age<2m', 'age>=2m', 'age<30s'),
]
const ofEvents = [
  fc.constantFrom('action:resolve', 'effect:opened,joined', 'received>=2026-11-23T14:02'),
  fc.constantFrom('key:a', 'key:b,f', 'key:A'),
]
/** Asked of every log, of which it lets all through: keys are found by bytes of their own. */
const ofAnyKey = parseFilter('key:a,b,c,d,e,f', 'events')
const ofIncidents = [
  fc.constantFrom('#1', '#2', 'number:1,3', 'status:triggered', 'is:unresolved', '-is:unresolved', 'count>2'),
  fc.constantFrom('status:resolved,acknowledged', 'alerts>1', 'assignee:none', 'is:grouped'),
]

function filterOf(about: FilterAbout): fc.Arbitrary<Filter> {
  const term = fc.oneof(...common, ...(about === 'events' ? ofEvents : ofIncidents))
  const negated = fc.tuple(fc.boolean(), term).map(([not, text]) => {
    const isLeftOut = not && !text.startsWith('-')
    return `${isLeftOut ? '-' : ''}${text}`
  })
  return fc.array(negated, { minLength: 1, maxLength: 3 }).map((terms) => {
    const reading = parseFilter(terms.join(' '), about)
    if (!reading.ok) throw new Error(`${terms.join(' ')}: ${reading.problem.message}`)
    return reading.filter
  })
}

const history = fc.array(
  fc.record({
    events: fc.array(event, { minLength: 1, maxLength: 6 }),
    passMs: fc.constantFrom(0, 1_000, 60_000),
    /** How many steps the index gets on afterwards. */
    steps: fc.nat(2),
  }),
  { minLength: 1, maxLength: 8 },
)

describe('the search index', () => {
  it('finds exactly what the filter lets through, page by page, however far it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.array(filterOf('events'), { minLength: 3, maxLength: 6 }),
        fc.array(filterOf('incidents'), { minLength: 3, maxLength: 6 }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(0, 3, 11),
        fc.boolean(),
        async (turns, eventFilters, incidentFilters, limit, tickMs, isSmall) => {
          const inside = openServerInside()
          try {
            const search = openSearchInside(inside, isSmall ? smallLimits : {}, tickMs)
            for (const { events, passMs, steps } of turns) {
              await inside.send(events)
              inside.clock.pass(passMs)
              for (let step = 0; step < steps; step += 1) search.host.work()
            }
            if (!ofAnyKey.ok) throw new Error(ofAnyKey.problem.message)
            for (const filter of [...eventFilters, ofAnyKey.filter]) {
              const found = await allPages((after) => search.events(filter, limit, after))
              expect(found).toEqual(await eventsThatFit(inside, filter))
            }
            for (const filter of incidentFilters) {
              const found = await allPages((after) => search.incidents(filter, limit, after))
              expect(found).toEqual(await incidentsThatFit(inside, filter))
            }
            expect(search.notices).toEqual(['the search index is made anew: there was none'])
            search.host.close()
          } finally {
            await inside.close()
          }
        },
      ),
      { numRuns: 60 },
    )
  }, 120_000)

  it('finds a single character wherever it stands, also as the last of all', async () => {
    const inside = openServerInside()
    try {
      const search = openSearchInside(inside, { ...smallLimits, mostListed: 1_000 })
      const labels = (value: string) => ({ service: 'db', title: 'nothing', labels: { env: value } })
      const others = Array.from({ length: 40 }, (_, index) => labels(`staging ${index}`))
      await inside.send([labels('x'), ...others, labels('yx'), labels('xen'), labels('😀'), labels('a 😀 b')])
      search.settle()
      for (const text of ['x', '😀', 'db']) {
        const reading = parseFilter(text, 'events')
        if (!reading.ok) throw new Error(reading.problem.message)
        const found = await allPages((after) => search.events(reading.filter, 100, after))
        expect(found).toEqual(await eventsThatFit(inside, reading.filter))
      }
      search.host.close()
    } finally {
      await inside.close()
    }
  })

  it('misses nothing that was there when the first page was asked for, while more is written', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        filterOf('events'),
        fc.integer({ min: 1, max: 3 }),
        fc.array(event, { minLength: 1, maxLength: 3 }),
        async (turns, filter, limit, coming) => {
          const inside = openServerInside()
          try {
            const search = openSearchInside(inside, smallLimits, 3)
            for (const { events } of turns) await inside.send(events)
            const expected = await eventsThatFit(inside, filter)
            const found = await allPages(
              (after) => search.events(filter, limit, after),
              async () => {
                await inside.send(coming)
                search.host.work()
              },
            )
            expect(found).toEqual(expected)
            search.host.close()
          } finally {
            await inside.close()
          }
        },
      ),
      { numRuns: 25 },
    )
  }, 120_000)
})
