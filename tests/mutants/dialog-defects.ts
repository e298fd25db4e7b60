import type { Defect } from './defect.ts'

const search = 'src-renderer/state/log-search-store.ts'
const searchTest = 'tests/unit/renderer-log-search.test.ts'
const rulesTest = 'tests/unit/renderer-rules.test.ts'

/** Defects of the dialogs that ask a server itself. */
export const dialogDefects: readonly Defect[] = [
  {
    name: 'a late answer to an older search replaces that to the newest',
    file: search,
    find: '    if (newest !== asked) return\n',
    replace: '',
    testFile: searchTest,
    testName: 'takes no answer to a question before the newest',
  },
  {
    name: 'the next page of a search takes the place of those before',
    file: search,
    find: '          events: [...found.events, ...events],\n',
    replace: '          events,\n',
    testFile: searchTest,
    testName: 'adds page to page',
  },
  {
    name: 'a search is over at the first page with nothing in it',
    file: search,
    find: '        next,\n        isSearching: false,',
    replace:
      '        next: incidents.length + events.length === 0 ? null : next,\n        isSearching: false,',
    testFile: searchTest,
    testName: 'through one with nothing in it',
  },
  {
    name: 'a page of a search that did not come is left out',
    file: search,
    find: 'failure: { code, message }, isSearching: false',
    replace: 'failure: { code, message }, isSearching: false, next: null',
    testFile: searchTest,
    testName: 'asks for that page again',
  },
  {
    name: 'a search that cannot be read is sent',
    file: search,
    find: '    if (!parseFilter(text, about).ok) return\n',
    replace: '',
    testFile: searchTest,
    testName: 'does not ask what cannot be read',
  },
  {
    name: 'a page of a search is asked for with every press',
    file: search,
    find: 'if (!this.store.getState().isSearching) await',
    replace: 'await',
    testFile: searchTest,
    testName: 'asks for a page once',
  },
  {
    name: 'another one’s search is asked and not shown',
    file: search,
    find: '    this.#open()\n',
    replace: '',
    testFile: searchTest,
    testName: 'opens its panel with a question of somebody else',
  },
  {
    name: 'rules that were read once are refused where they are sent to',
    file: 'src-shared/correlation/rule.ts',
    find: '  .string()\n  .max(300)',
    replace: '  .string()\n  .min(1)\n  .max(300)',
    testFile: rulesTest,
    testName: 'reads the same rules again',
  },
  {
    name: 'rules that are too long for a frame are sent',
    file: 'src-renderer/state/rules-text.ts',
    find: '.length > mostBytes',
    replace: '.length > 1e9',
    testFile: rulesTest,
    testName: 'are told to be too long',
  },
  {
    name: 'a mistake in a rule is told of the rule before',
    file: 'src-renderer/state/rules-text.ts',
    find: 'words.field(index + 1,',
    replace: 'words.field(index,',
    testFile: rulesTest,
    testName: 'say which rule is wrong',
  },
  {
    name: 'JSON is wrong in the column before',
    file: 'src-renderer/state/json-text.ts',
    find: "column: at - before.lastIndexOf('\\n'),",
    replace: "column: at - before.lastIndexOf('\\n') - 1,",
    testFile: rulesTest,
    testName: 'says where it is wrong',
  },
  {
    name: 'a trial of rules is sent while one is made',
    file: 'src-renderer/state/rules-store.ts',
    find: '    if (isTrying) return\n',
    replace: '    if (isTrying && siteId === "") return\n',
    testFile: rulesTest,
    testName: 'sends what is written, one at a time',
  },
  {
    name: 'a trial that fails takes the answer before away',
    file: 'src-renderer/state/rules-store.ts',
    find: 'isTrying: false, failure: answer.message',
    replace: 'isTrying: false, failure: answer.message, answer: null',
    testFile: rulesTest,
    testName: 'keeps its answer when the next has none',
  },
]
