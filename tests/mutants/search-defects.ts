import type { Defect } from './defect.ts'

const equal = 'tests/integration/search-index.test.ts'
const exactly = 'finds exactly what the filter lets through'
const keeping = 'tests/integration/search-index-keeping.test.ts'

/** What could go wrong in the search, and must be noticed. */
export const searchDefects: readonly Defect[] = [
  {
    name: 'a search leaves out what is not yet indexed',
    file: 'src-server/search/find-events.ts',
    find: '  yield* direct(index, question, before, cursor)\n',
    replace: '',
    testFile: equal,
    testName: exactly,
  },
  {
    name: 'a search for incidents leaves out what changed since the index was made',
    file: 'src-server/search/incident-candidates.ts',
    find: '...inAll, ...changedSince(index)',
    replace: '...inAll',
    testFile: keeping,
    testName: 'says of incidents what has changed since it was made',
  },
  {
    name: 'what the index finds is not confirmed with the filter',
    file: 'src-server/search/find-events.ts',
    find: 'if (!entry || !match(entry.event, now)) continue',
    replace: 'if (!entry) continue',
    testFile: equal,
    testName: exactly,
  },
  {
    name: 'the index keeps the case of what it indexes',
    file: 'src-server/search/content.ts',
    find: 'sourceName].map((value) => value.toLowerCase())',
    replace: 'sourceName]',
    testFile: equal,
    testName: exactly,
  },
  {
    name: 'the index asks for one alternative of a field alone',
    file: 'src-server/search/plan-filter.ts',
    find: "texts.join(' OR ')",
    replace: "texts.slice(0, 1).join(' OR ')",
    testFile: equal,
    testName: exactly,
  },
  {
    name: 'NUL ends an indexed text',
    file: 'src-server/search/content.ts',
    find: '.replaceAll(nul, unknown)',
    replace: '',
    testFile: equal,
    testName: exactly,
  },
  {
    name: 'a page that ended early goes on one event too far',
    file: 'src-server/search/find-events.ts',
    find: 'before = candidate.seq\n',
    replace: 'before = candidate.seq - 1\n',
    testFile: equal,
    testName: exactly,
  },
  {
    name: 'the index begins anew after each start',
    file: 'src-server/search/index-file.ts',
    find: "return of === epoch ? null : 'it is of another log'",
    replace: "return of === '' ? null : 'it is of another log'",
    testFile: keeping,
    testName: 'goes on from its cursor',
  },
  {
    name: 'the index of a log is taken for that of a restored one',
    file: 'src-server/search/index-file.ts',
    find: "return of === epoch ? null : 'it is of another log'",
    replace: "return of !== '' ? null : 'it is of another log'",
    testFile: keeping,
    testName: 'is made anew for a log that was restored',
  },
  {
    name: 'the cursor of the index is not stored',
    file: 'src-server/search/indexer.ts',
    find: '      this.#state.write(next)\n',
    replace: '      void next\n',
    testFile: keeping,
    testName: 'goes on from its cursor',
  },
  {
    name: 'what the log has forgotten stays in the index',
    file: 'src-server/search/index-forgetting.ts',
    find: 'if (floor <= this.#floor) return null',
    replace: 'if (floor >= 0) return null',
    testFile: keeping,
    testName: 'is found no more at once, and dropped from the index',
  },
  {
    name: 'texts of forgotten events stay in the index',
    file: 'src-server/search/index-forgetting.ts',
    find: 'if (!this.#hasDropped) return null',
    replace: 'if (!this.#hasDropped || last === undefined) return null',
    testFile: keeping,
    testName: 'takes the texts with it that nothing else has',
  },
  {
    name: 'an overtaken index does not look at the things again',
    file: 'src-server/search/indexer.ts',
    find: 'this.floor() > Math.max(before.cursor, before.thingsUpTo)',
    replace: 'this.floor() < 0',
    testFile: keeping,
    testName: 'before it was indexed, is taken from the states',
  },
]
