import { coreDefects } from './core-defects.ts'
import type { Defect } from './defect.ts'
import { serverDefects } from './server-defects.ts'
import { shellDefects } from './shell-defects.ts'

/** `npm run mutants` plants each of these in a copy and runs its test. Grow it with the house. */
export const defects: readonly Defect[] = [
  {
    name: 'the size check looks at no file',
    file: 'tests/support/checks/house.ts',
    find: 'lines > sizeLimits.maxLines)',
    replace: 'lines > 1e9)',
    testFile: 'tests/unit/checks/house.test.ts',
    testName: 'turns red on a file over the limit',
  },
  {
    name: 'the linter lets the core import any library',
    file: '.oxlintrc.json',
    find: '"*", "!./**", "!../**", "!node:*"',
    replace: '"!./**", "!../**", "!node:*"',
    testFile: 'tests/unit/checks/lint-rules.test.ts',
    testName: 'src-main/core/uses-library.ts',
  },
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
  ...serverDefects,
  ...coreDefects,
  ...shellDefects,
]
