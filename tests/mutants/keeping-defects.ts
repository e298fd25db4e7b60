import type { Defect } from './defect.ts'

const log = 'tests/integration/server-retention.test.ts'
const states = 'tests/integration/server-state-retention.test.ts'
const serviceRules = 'tests/unit/service-rules.test.ts'
const serviceEdit = 'tests/unit/service-edit.test.ts'

/** What could go wrong in keeping, forgetting and the catalogue of services, and must be noticed. */
export const keepingDefects: readonly Defect[] = [
  {
    name: 'retention looks at the size of the file, not at the pages in use',
    file: 'src-server/log/log-forgetting.ts',
    find: "(pragma('page_count') - pragma('freelist_count'))",
    replace: "pragma('page_count')",
    testFile: log,
    testName: 'while its pages take more than they may',
  },
  {
    name: 'too large a log is forgotten to its last entry',
    file: 'src-server/log/log-forgetting.ts',
    find: 'isTooLarge && seq <= head - leastForSize',
    replace: 'isTooLarge',
    testFile: log,
    testName: 'keeps its newest thousand entries',
  },
  {
    name: 'repeats of an open incident are kept for ever',
    file: 'src-server/log/log-forgetting.ts',
    find: "effect === 'counted' || effect === 'none'",
    replace: "effect === 'none'",
    testFile: log,
    testName: 'keeps no repeats of an open incident',
  },
  {
    name: 'a storm’s timeline is dropped in one step',
    file: 'src-server/log/incident-timelines.ts',
    find: 'drop.run(id, floor, most - dropped)',
    replace: 'drop.run(id, floor, 1e9)',
    testFile: log,
    testName: 'drops the timeline of a storm in small steps',
  },
  {
    name: 'forgetting an incident takes the word of its removal with it',
    file: 'src-server/log/incident-timelines.ts',
    find: 'where incident_id = ? and seq <= ? limit ?',
    replace: 'where incident_id = ? and ? > 0 limit ?',
    testFile: states,
    testName: 'goes in small steps',
  },
  {
    name: 'a removal counts as news of its incident',
    file: 'src-server/log/incident-timelines.ts',
    find: " and kind <> 'removed')",
    replace: ')',
    testFile: states,
    testName: 'goes in small steps',
  },
  {
    name: 'the newest incident is forgotten, and its number given again',
    file: 'src-server/log/state-forgetting.ts',
    find: 'number < (select max(number) from incident)',
    replace: 'number > 0',
    testFile: states,
    testName: 'or the newest of all',
  },
  {
    name: 'incidents that are open are forgotten when they are old',
    file: 'src-server/log/state-forgetting.ts',
    find: "and status = 'resolved' ",
    replace: '',
    testFile: states,
    testName: 'stays while it is young, or open',
  },
  {
    name: 'readers of a service are not told that its incident is gone',
    file: 'src-server/log/entry-route.ts',
    find: '{ incidentId: id, serviceIds: known.servicesOf(id) }',
    replace: '{ incidentId: id, serviceIds: [] }',
    testFile: states,
    testName: 'forget with the server',
  },
  {
    name: 'the groups of forgotten incidents stay',
    file: 'src-server/log/table-forgetting.ts',
    find: 'gone += this.#dropGroup.run(key).changes',
    replace: 'gone += key.length * 0',
    testFile: states,
    testName: 'with all that belongs to it',
  },
  {
    name: 'a restored log has the name of the old one',
    file: 'src-server/log/restore.ts',
    find: 'const epoch = randomId()',
    replace:
      'const epoch = database.prepare<[], string>("select value from meta where key = \'epoch\'").pluck().get() ?? randomId()',
    testFile: 'tests/integration/server-backup-under-load.test.ts',
    testName: 'as another log of the same server',
  },
  {
    name: 'a rule for events without a service renames all services',
    file: 'src-shared/services/match-service.ts',
    find: 'namesItself && !always ? null : name(event)',
    replace: 'name(event)',
    testFile: serviceRules,
    testName: 'unless a rule is for always',
  },
  {
    name: 'a service is named by half of what its rule says',
    file: 'src-shared/services/match-service.ts',
    find: "if (part === null || part === '') return null",
    replace: "if (part === null || part === '') continue",
    testFile: serviceRules,
    testName: 'can fill in its name',
  },
  {
    name: 'built-in rules come before those of the file',
    file: 'src-server/ingest/name-service.ts',
    find: '[...rules, ...builtInServiceRules]',
    replace: '[...builtInServiceRules, ...rules]',
    testFile: serviceRules,
    testName: 'before the built-in ones',
  },
  {
    name: 'an edit of a service overwrites what another did meanwhile',
    file: 'src-shared/domain/service-edit.ts',
    find: 'if (revision !== service.revision)',
    replace: 'if (revision > service.revision)',
    testFile: serviceEdit,
    testName: 'is a conflict that names who',
  },
  {
    name: 'an edit that changes nothing is a conflict',
    file: 'src-shared/domain/service-edit.ts',
    find: 'if (isSame) return { ok: true, service }',
    replace: 'if (isSame && revision === service.revision) return { ok: true, service }',
    testFile: serviceEdit,
    testName: 'is no change, whichever state',
  },
]
