import type { Defect } from './defect.ts'

const store = 'tests/integration/core-store.test.ts'
const freshness = 'tests/unit/core-freshness.test.ts'
const policy = 'tests/unit/core-notify-policy.test.ts'
const states = 'tests/unit/core-connection-states.test.ts'

/** What could go wrong in the console's core, and must be noticed. */
export const coreDefects: readonly Defect[] = [
  {
    name: 'the cursor is not stored with the batch',
    file: 'src-main/core/store/change-applier.ts',
    find: 'sites.saveCursor(siteId, { epoch, seq }, position.channels, completeAt)',
    replace: 'void completeAt',
    testFile: store,
    testName: 'keeps state, cursor and decisions together',
  },
  {
    name: 'an older revision replaces a newer one in the cache',
    file: 'src-main/core/store/state-tables.ts',
    find: 'resolved_at = excluded.resolved_at, json = excluded.json\n       WHERE excluded.revision > revision`',
    replace: 'resolved_at = excluded.resolved_at, json = excluded.json`',
    testFile: store,
    testName: 'drops lower revisions',
  },
  {
    name: 'a gap is applied as if nothing were missing',
    file: 'src-main/core/sync/client-rule.ts',
    find: "batch.to <= cursorSeq ? 'drop' : 'gap'",
    replace: "batch.to <= cursorSeq ? 'drop' : 'apply'",
    testFile: 'tests/unit/core-client-rule.test.ts',
    testName: 'calls everything else a gap',
  },
  {
    name: 'the heartbeat is not checked',
    file: 'src-main/core/freshness.ts',
    find: 'if (silentMs >= facts.staleMs)',
    replace: 'if (silentMs < 0)',
    testFile: freshness,
    testName: 'is stale once nothing was heard',
  },
  {
    name: 'live is claimed while catching up',
    file: 'src-main/core/freshness.ts',
    find: 'if (!facts.caughtUp)',
    replace: 'if (facts.behind < 0)',
    testFile: freshness,
    testName: 'until it has caught up',
  },
  {
    name: 'own actions notify',
    file: 'src-main/core/notify/policy.ts',
    find: 'happening.byOperator !== null && happening.byOperator === self',
    replace: 'happening.byOperator === "nobody"',
    testFile: policy,
    testName: 'does not for what is mild, for own actions',
  },
  {
    name: 'a storm is a toast for each incident',
    file: 'src-main/core/notify/policy.ts',
    find: 'if (lately >= settings.stormAbove) {',
    replace: 'if (lately < 0) {',
    testFile: policy,
    testName: 'makes one of more than five in ten seconds',
  },
  {
    name: 'a notification is shown again after each start',
    file: 'src-main/core/store/decisions-table.ts',
    find: 'WHERE notified = 1 AND shown_at IS NULL ORDER BY id',
    replace: 'WHERE notified = 1 ORDER BY id',
    testFile: store,
    testName: 'keeps decided notifications until they were shown',
  },
  {
    name: 'the backoff has no ceiling',
    file: 'src-main/core/connection/backoff.ts',
    find: 'Math.min(backoffMaxMs, backoffFirstMs * 2 ** doublings)',
    replace: 'backoffFirstMs * 2 ** doublings',
    testFile: 'tests/unit/core-backoff.test.ts',
    testName: 'draws from nothing up to a ceiling',
  },
  {
    name: 'a second socket is opened beside the first',
    file: 'src-main/core/connection/state-machine.ts',
    find: "if (isConnected(state)) return openFirst([{ kind: 'drop' }])",
    replace: 'if (isConnected(state)) return openFirst([])',
    testFile: states,
    testName: 'never has two sockets',
  },
  {
    name: 'a refused token is tried for ever',
    file: 'src-main/core/connection/state-machine.ts',
    find: "if (retry === 'never') return",
    replace: "if (retry === 'never' && now < 0) return",
    testFile: states,
    testName: 'comes back at once, later, or not at all',
  },
]
