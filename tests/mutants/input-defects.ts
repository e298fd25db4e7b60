import type { Defect } from './defect.ts'

const normalisers = 'tests/unit/server-normalisers.test.ts'

/** What mistaken and hostile input could do to everybody, and must be noticed. */
export const inputDefects: readonly Defect[] = [
  {
    name: 'an event may be of a year that no console can read',
    file: 'src-server/ingest/events.ts',
    find: '(at) => instantSchema.safeParse(at).success',
    replace: '() => true',
    testFile: normalisers,
    testName: 'fits what every console reads',
  },
  {
    name: 'a time that was never set is taken for one',
    file: 'src-server/ingest/alertmanager.ts',
    find: 'return instantSchema.safeParse(Date.parse(time)).data ?? null',
    replace: 'return Date.parse(time)',
    testFile: normalisers,
    testName: 'does not know when an alert began whose time was never set',
  },
  {
    name: 'a window planned for the end of time stops every alert from opening',
    file: 'src-shared/domain/maintenance-schedule.ts',
    find: 'format.formatToParts(Math.min(at, lastInstant))',
    replace: 'format.formatToParts(at)',
    testFile: 'tests/unit/maintenance-schedule.test.ts',
    testName: 'can be asked about, whatever its plan says',
  },
  {
    name: 'a summary may quote more than a console reads',
    file: 'src-server/summaries/summary-job.ts',
    find: 'text.length > longestClaim',
    replace: 'text === null',
    testFile: 'tests/integration/server-store-recovery.test.ts',
    testName: 'fits what every console reads, however long',
  },
  {
    name: 'a token may have a name that no console reads',
    file: 'src-server/cli/command-line.ts',
    find: 'if (name.length > longestName)',
    replace: 'if (name.length < 0)',
    testFile: 'tests/unit/server-config.test.ts',
    testName: 'in words',
  },
  {
    name: 'one webhook fills the disk',
    file: 'src-server/ingest/alertmanager.ts',
    find: 'if (kept > mostAround)',
    replace: 'if (kept < 0)',
    testFile: normalisers,
    testName: 'with the first of them only, where that is much',
  },
  {
    name: 'one deep event fails those that came with it',
    file: 'src-server/ingest/normaliser.ts',
    find: 'if (error instanceof RangeError) return null',
    replace: '',
    testFile: normalisers,
    testName: 'nested so deeply',
  },
  {
    name: 'a rule with a misspelt condition means its opposite',
    file: 'src-shared/correlation/rule.ts',
    find: 'z.strictObject(ruleConditionSchema.shape)',
    replace: 'z.object(ruleConditionSchema.shape)',
    testFile: 'tests/integration/server-rules.test.ts',
    testName: 'with a misspelt condition keeps the server from starting',
  },
  {
    name: 'a rule whose conditions are misspelt is for every event',
    file: 'src-shared/correlation/rule.ts',
    find: 'export const correlationRuleSchema = z.strictObject({',
    replace: 'export const correlationRuleSchema = z.object({',
    testFile: 'tests/integration/server-rules.test.ts',
    testName: 'with a misspelt word keeps the server from starting',
  },
]
