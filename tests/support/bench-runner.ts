/**
 * `npm run bench`: runs each tests/bench/*.bench.ts as a program of its own, one after the other.
 * `npm run bench -- ingest` takes those with that word in their name; `--json` prints one JSON line a figure.
 */
import { globSync } from 'node:fs'
import { runNode } from './run/command.ts'

const args = process.argv.slice(2)
const isJson = args.includes('--json')
const word = args.find((argument) => !argument.startsWith('-')) ?? ''
const files = globSync('tests/bench/*.bench.ts')
  .toSorted()
  .filter((file) => file.includes(word))
/** A benchmark that takes longer hangs. */
const timeoutMs = 600_000

for (const file of files) {
  if (!isJson) console.log(`# ${file}`)
  const run = await runNode([file, ...(isJson ? ['--json'] : [])], { timeoutMs, live: true })
  if (run.code !== 0) {
    console.error(`${file} failed`)
    process.exitCode = 1
  }
}
if (files.length === 0) {
  console.error(`no benchmark has "${word}" in its name`)
  process.exitCode = 1
}
