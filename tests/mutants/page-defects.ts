import type { Defect } from './defect.ts'

/** Defects of the page: what it shows, and what it must not move or hide. */
export const pageDefects: readonly Defect[] = [
  {
    name: 'the page takes an open socket for a shell that answers',
    file: 'src-renderer/bridge/shell-watch.ts',
    find: "if (link.state === 'up') {\n      void prove()",
    replace: "if (link.state === 'up') {\n      report(link)",
    testFile: 'tests/unit/renderer-web-transport.test.ts',
    testName: 'takes a shell for gone that lets connect but does not answer',
  },
  {
    name: 'the page stays live when its shell is gone',
    file: 'src-renderer/state/freshness-view.ts',
    find: "    state: 'blind',",
    replace: '    state: view.state,',
    testFile: 'tests/unit/renderer-freshness-view.test.ts',
    testName: 'is blind when the shell is gone',
  },
  {
    name: 'an older revision replaces a row on the screen',
    file: 'src-renderer/state/board-store.ts',
    find: 'before.revision > row.revision',
    replace: 'before.revision > 1e9',
    testFile: 'tests/unit/renderer-board-store.test.ts',
    testName: 'never replaces a row by an older revision',
  },
  {
    name: 'a list under the pointer is sorted anew',
    file: 'src-renderer/state/board-store.ts',
    find: 'next = holdOrder(order, changes)',
    replace: 'next = settleOrder(this.#rows.values(), order.tab)',
    testFile: 'tests/unit/renderer-board-store.test.ts',
    testName: 'holds still under the pointer',
  },
  {
    name: 'after a snapshot the page keeps the newer revision of a log that is gone',
    file: 'src-renderer/state/board-store.ts',
    find: 'before !== undefined && !reset && before',
    replace: 'before !== undefined && before',
    testFile: 'tests/unit/renderer-board-store.test.ts',
    testName: 'keeps selection and places when a snapshot has the same incidents under a new log',
  },
  {
    name: 'a held list goes on showing an estate that is gone',
    file: 'src-renderer/state/board-store.ts',
    find: 'isHeld(state) && !(reset && !this.#isAnyLeft(order))',
    replace: 'isHeld(state)',
    testFile: 'tests/unit/renderer-board-store.test.ts',
    testName: 'shows the rows of another estate at once',
  },
  {
    name: 'the account of an absence says "none lost" of what was lost',
    file: 'src-renderer/state/away-store.ts',
    find: 'lost }) => lost !== null',
    replace: 'lost }) => lost === undefined',
    testFile: 'tests/unit/renderer-notices.test.ts',
    testName: 'never says that none was lost when one site lost something',
  },
  {
    name: 'a refused action leaves no word on the screen',
    file: 'src-renderer/state/notices-store.ts',
    find: "status !== 'conflict' && status !== 'rejected'",
    replace: "status === 'conflict' || status === 'rejected'",
    testFile: 'tests/unit/renderer-notices.test.ts',
    testName: 'shows what survived a restart',
  },
]
