/** One planted defect, and the test that must notice it. */
export interface Defect {
  /** What is wrong, in a few words: "the answer comes before the commit". */
  name: string
  /** The file to damage, from the project's root. */
  file: string
  /** Text that stands in the file exactly once. */
  find: string
  /** What is put in its place. */
  replace: string
  /** The test file that must turn red, from the project's root. */
  testFile: string
  /** Part of the name of the test that must turn red. */
  testName: string
}

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
]
