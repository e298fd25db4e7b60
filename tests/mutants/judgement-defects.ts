import type { Defect } from './defect.ts'

const filters = 'tests/unit/filter-match.test.ts'
const language = 'tests/unit/filter-language.test.ts'
const rules = 'tests/unit/correlation-rules.test.ts'
const preview = 'tests/integration/server-correlation-preview.test.ts'
const figures = 'tests/unit/figures.test.ts'

/** What could go wrong in filters, correlation rules and figures, and must be noticed. */
export const judgementDefects: readonly Defect[] = [
  {
    name: 'priorities compare the wrong way round',
    file: 'src-shared/filter/match-filter.ts',
    find: '=> -priorities.indexOf(priority)',
    replace: '=> priorities.indexOf(priority)',
    testFile: filters,
    testName: 'priority>=P4',
  },
  {
    name: 'unassigned incidents are mine where nobody is logged in',
    file: 'src-shared/filter/match-filter.ts',
    find: 'if (assignee === null) return wantsNobodys',
    replace: 'if (assignee === null) return wantsNobodys || (wantsMine && me === null)',
    testFile: filters,
    testName: 'takes nobody for "me"',
  },
  {
    name: 'quotes in a printed filter are not escaped',
    file: 'src-shared/filter/print-filter.ts',
    find: '/["\\\\]/g',
    replace: '/[\\\\]/g',
    testFile: language,
    testName: 'is read back the same',
  },
  {
    name: 'an event without the label is grouped with others without it',
    file: 'src-shared/correlation/correlator.ts',
    find: 'if (value === null) return null\n      values.push(value)',
    replace: "values.push(value ?? '')",
    testFile: rules,
    testName: 'group by what they name',
  },
  {
    name: 'groups of the same name of two sources are one',
    file: 'src-shared/correlation/correlator.ts',
    find: '`${event.sourceId} ${event.group.key}`',
    replace: 'event.group.key',
    testFile: rules,
    testName: 'of two sources apart',
  },
  {
    name: 'a preview never settles an incident',
    file: 'src-shared/correlation/simulation.ts',
    find: "incident.status = 'resolved'",
    replace: 'incident.status = incident.status',
    testFile: preview,
    testName: 'what the server made of them',
  },
  {
    name: 'two arrivals within a minute chatter',
    file: 'src-shared/correlation/chattering.ts',
    find: 'times.at(-chatteringTimes)',
    replace: 'times.at(1 - chatteringTimes)',
    testFile: rules,
    testName: 'among three or more within a minute',
  },
  {
    name: 'a flood does not end',
    file: 'src-shared/figures/floods.ts',
    find: 'count < floodUntilBelow',
    replace: 'count < 0',
    testFile: figures,
    testName: 'ends below five',
  },
  {
    name: 'acknowledging again counts for the mean once more',
    file: 'src-shared/figures/response-times.ts',
    find: 'incident.acknowledgedAt === at && ',
    replace: 'incident.acknowledgedAt !== null || ',
    testFile: figures,
    testName: 'once for each occurrence',
  },
  {
    name: 'repeats of an alert that gets worse chatter',
    file: 'src-shared/figures/annunciations.ts',
    find: 'if (!isRaised) record.chatter',
    replace: 'record.chatter',
    testFile: figures,
    testName: 'independent recomputation',
  },
]
