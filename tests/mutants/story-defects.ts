import type { Defect } from './defect.ts'

const story = 'tests/integration/story.test.ts'
const script = 'tests/unit/story-script.test.ts'
const player = 'tests/unit/server-demo-story.test.ts'
const demo = 'tests/integration/server-demo.test.ts'

/** What could make the story end otherwise than docs/story.md says, or the demo play another one. */
export const storyDefects: readonly Defect[] = [
  {
    name: 'alerts of a release are grouped by their service',
    file: 'src-server/demo/story/rules.ts',
    find: "groupBy: ['label.release']",
    replace: "groupBy: ['service']",
    testFile: story,
    testName: 'watchdog alone is 20 s late',
  },
  {
    name: 'the canary fails so late that pods may come before it',
    file: 'src-server/demo/story/release-senders.ts',
    find: "yield trigger(at('1:00'), canary)",
    replace: "yield trigger(at('1:30'), canary)",
    testFile: story,
    testName: 'demo-deploys alone is 20 s late',
  },
  {
    name: 'the error budgets recover so soon that another alert may close last',
    file: 'src-server/demo/story/alertmanager.ts',
    find: "const budgets = at('10:00')",
    replace: "const budgets = at('9:40')",
    testFile: story,
    testName: 'demo-deploys alone is 20 s late',
  },
  {
    name: 'the window is planned so late that the database may complain before it',
    file: 'src-server/demo/story/maintenance.ts',
    find: "planMs: at('0:15')",
    replace: "planMs: at('1:30')",
    testFile: story,
    testName: 'operator alone is 20 s late',
  },
  {
    name: 'the window ends while what it explains may still be open',
    file: 'src-server/demo/story/maintenance.ts',
    find: "endMs: at('7:30')",
    replace: "endMs: at('7:00')",
    testFile: story,
    testName: 'demo-db-monitor alone is 20 s late',
  },
  {
    name: 'a flapping incident settles as any other',
    file: 'src-shared/correlation/flapping.ts',
    find: 'return Math.max(at + settleMs, flapping?.until ?? 0)',
    replace: 'return at + settleMs',
    testFile: story,
    testName: 'says why each alert is where it is',
  },
  {
    name: 'alerts that are let go when maintenance ends open incidents of their own',
    file: 'src-server/ingest/place-alert.ts',
    find: 'if (!found || !admits(found)) continue',
    replace: "if (!found || !admits(found) || cause.by.kind === 'system') continue",
    testFile: story,
    testName: 'watchdog alone is 20 s late',
  },
  {
    name: 'a log line is said half as often',
    file: 'src-server/demo/story/release-senders.ts',
    find: 'for (const pod of pods) yield trigger(atMs, complaint(pod))',
    replace: 'for (const pod of pods) if (atMs % 2_000 === 0) yield trigger(atMs, complaint(pod))',
    testFile: script,
    testName: '40,000 in its five minutes',
  },
  {
    name: 'a sleeping machine wakes into an hour of the story at once',
    file: 'src-server/demo/story-player.ts',
    find: 'Math.min((now - looked) * speed, longestStepMs)',
    replace: '(now - looked) * speed',
    testFile: player,
    testName: 'waits for a server that does not keep up',
  },
  {
    name: 'the window of the story is never ended',
    file: 'src-server/demo/story-player.ts',
    find: "await stage.act({ kind: 'endMaintenance', windowId: id })",
    replace: 'void id',
    testFile: player,
    testName: 'each time with its window',
  },
  {
    name: 'events of the second telling have the ids of the first',
    file: 'src-server/demo/story/script.ts',
    find: 'const id = `${run.id}/${source}/${count}`',
    replace: 'const id = `${source}/${count}`',
    testFile: player,
    testName: 'with another release and other ids',
  },
  {
    name: 'a fast demo keeps the settle time of a slow one',
    file: 'src-server/demo/demo-config.ts',
    find: 'settleMs: shrink(config.settleMs)',
    replace: 'settleMs: config.settleMs',
    testFile: 'tests/unit/server-demo.test.ts',
    testName: 'shrink with the speed of its story',
  },
  {
    name: 'a demo does not use the rules of its story',
    file: 'src-server/server.ts',
    find: 'config.demo ? [...ownRules, ...storyRules] : ownRules',
    replace: 'storyRules.length > 0 ? ownRules : []',
    testFile: demo,
    testName: 'by a rule of its own',
  },
  {
    name: 'a second storm begins inside the first',
    file: 'src-server/demo/demo.ts',
    find: 'if (isStorming || stage === null)',
    replace: 'if (stage === null)',
    testFile: demo,
    testName: 'begins one storm at a time',
  },
]
