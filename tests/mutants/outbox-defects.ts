import type { Defect } from './defect.ts'

const outbox = 'tests/integration/core-outbox.test.ts'

/** What could go wrong between an action and its effect on the screen, and must be noticed. */
export const outboxDefects: readonly Defect[] = [
  {
    name: 'what is done shows the old state again until its effect comes',
    file: 'src-main/core/outbox/outbox.ts',
    find: "entry.done = kept?.effect ?? (isLater ? 'later' : null)",
    replace: "entry.done = isLater ? 'later' : null",
    testFile: outbox,
    testName: 'shows what is done as pending until its effect is read',
  },
  {
    name: 'what is done is forgotten with the window before its effect has come',
    file: 'src-main/core/store/outbox-table.ts',
    find: 'if (effect) this.#markDone.run(effect.epoch, effect.seq, result.commandId)',
    replace: 'if (effect) this.#remove.run(result.commandId)',
    testFile: 'tests/integration/core-store.test.ts',
    testName: 'until its effect has been read, over a restart',
  },
  {
    name: 'an effect of a log that is gone is waited for',
    file: 'src-main/core/outbox/outbox.ts',
    find: 'done.epoch !== epoch || done.seq <= seq',
    replace: 'done.seq <= seq',
    testFile: outbox,
    testName: 'waits for no effect that a snapshot of another log has replaced',
  },
  {
    name: 'a summary that came before its result is waited for',
    file: 'src-main/core/outbox/outbox.ts',
    find: 'if (entry.isSent && mayBeIt) entry.hasSummary = true',
    replace: "if (entry.done === 'later' && mayBeIt) entry.hasSummary = true",
    testFile: outbox,
    testName: 'shows a summary as asked for until one has come',
  },
  {
    name: 'what was stored for a connection that has ended is not known to be read',
    file: 'src-main/core/sync/stream-follower.ts',
    find: 'if (changes) this.#options.onReached({ epoch, seq }, entries)',
    replace:
      'if (changes && connection === this.#connection) this.#options.onReached({ epoch, seq }, entries)',
    testFile: 'tests/unit/core-stream-follower.test.ts',
    testName: 'also when its connection has ended meanwhile',
  },
  {
    name: 'a second change of a window is sent before the first has its result',
    file: 'src-main/core/outbox/outbox.ts',
    find: 'if (!entry.isSent && subject !== undefined && unanswered.has(subject)) break',
    replace: '',
    testFile: outbox,
    testName: 'makes the revision that the second then names',
  },
  {
    name: 'a revision that somebody else has made counts as that of an own change',
    file: 'src-main/core/store/outbox-table.ts',
    find: "result.status === 'done' && result.seq !== null",
    replace: 'true',
    testFile: outbox,
    testName: 'leaves it as it was when somebody else was there before',
  },
  {
    name: 'a change that is done and not read yet conflicts with the next one',
    file: 'src-main/core/store/outbox-table.ts',
    find: 'return change ? seenAfter(now, change) : now',
    replace: 'return now',
    testFile: outbox,
    testName: 'makes the revision that the second then names',
  },
  {
    name: 'a form takes back an own edit that still waits',
    file: 'src-renderer/state/own-edits.ts',
    find: 'return { ...now, team, runbookUrl, labels }',
    replace: 'return now',
    testFile: 'tests/unit/renderer-own-edits.test.ts',
    testName: 'of a service, on the revision that was read',
  },
]
