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
