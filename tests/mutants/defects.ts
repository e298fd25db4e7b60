import { coreDefects } from './core-defects.ts'
import type { Defect } from './defect.ts'
import { dialogDefects } from './dialog-defects.ts'
import { faultDefects } from './fault-defects.ts'
import { keepingDefects } from './keeping-defects.ts'
import { inputDefects } from './input-defects.ts'
import { judgementDefects } from './judgement-defects.ts'
import { largeDefects } from './large-defects.ts'
import { lifecycleDefects } from './lifecycle-defects.ts'
import { mergingDefects } from './merging-defects.ts'
import { outboxDefects } from './outbox-defects.ts'
import { pageDefects } from './page-defects.ts'
import { readingDefects } from './reading-defects.ts'
import { searchDefects } from './search-defects.ts'
import { serverDefects } from './server-defects.ts'
import { shellDefects } from './shell-defects.ts'
import { storyDefects } from './story-defects.ts'
import { streamDefects } from './stream-defects.ts'

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
  ...outboxDefects,
  ...pageDefects,
  ...dialogDefects,
  ...serverDefects,
  ...searchDefects,
  ...coreDefects,
  ...shellDefects,
  ...streamDefects,
  ...readingDefects,
  ...storyDefects,
  ...inputDefects,
  ...judgementDefects,
  ...faultDefects,
  ...keepingDefects,
  ...lifecycleDefects,
  ...mergingDefects,
  ...largeDefects,
]
