import type { Defect } from './defect.ts'

const large = 'tests/integration/server-large-incident.test.ts'
const store = 'tests/integration/server-store.test.ts'
const http = 'tests/integration/server-http.test.ts'
const hub = 'tests/unit/stream-hub.test.ts'
const alerts = 'src-server/log/incident-alerts.ts'
const transaction = 'src-server/log/sqlite-transaction.ts'

/** What could go wrong where an incident has very many alerts, and must be noticed. */
export const largeDefects: readonly Defect[] = [
  {
    name: 'alerts that are changed together keep their revision',
    file: alerts,
    find: "json_extract(thing.json, '$.alert.revision') + 1",
    replace: "json_extract(thing.json, '$.alert.revision')",
    testFile: large,
    testName: 'with one entry for each alert, which has its whole state',
  },
  {
    name: 'alerts that moved together are still routed to the incident that they left',
    file: alerts,
    find: "    ':incidentId',\n",
    replace: "    'thing.incident_id',\n",
    testFile: large,
    testName: 'with one entry for each alert, which has its whole state',
  },
  {
    name: 'an alert that is changed with others stays remembered as it was',
    file: transaction,
    find: '    remembered.changed(ids)\n',
    replace: '',
    testFile: large,
    testName: 'are found closed by what their monitors say next',
  },
  {
    name: 'what was counted of an alert in this commit overwrites its end',
    file: transaction,
    find: '    writeCounted(ids)\n    const written',
    replace: '    const written',
    testFile: large,
    testName: 'have what was counted in the same commit',
  },
  {
    name: 'readers in memory do not hear of very many alerts',
    file: 'src-server/log/sqlite-store.ts',
    find: 'if (host.isOnDiskOnly) ring.clear()\n      else ',
    replace: '',
    testFile: large,
    testName: 'with one entry for each alert, which has its whole state',
  },
  {
    name: 'the newest alert of a key is told by the clock',
    file: transaction,
    find: 'order by alert.opened_seq desc limit 1',
    replace: "order by json_extract(thing.json, \\'$.alert.firstSeenAt\\') desc limit 1",
    testFile: store,
    testName: 'though the clock was set back in between',
  },
  {
    name: 'pages of alerts overlap',
    file: 'src-server/log/sqlite-reads.ts',
    find: 'opened_seq > ? order by',
    replace: 'opened_seq >= ? order by',
    testFile: http,
    testName: 'gives the alerts of an incident in pages',
  },
  {
    name: 'a summary of very many alerts counts those of the first page',
    file: 'src-server/summaries/summary-job.ts',
    find: 'after = page.next\n    if (after === null) return alerts',
    replace: 'after = null\n    if (after === null) return alerts',
    testFile: large,
    testName: 'is summarised from all of its alerts',
  },
  {
    name: 'a console shows the alerts of an incident that came first, open or not',
    file: 'src-main/core/store/detail-query.ts',
    find: "ORDER BY json_extract(json, '$.isOpen') DESC,",
    replace: 'ORDER BY',
    testFile: 'tests/integration/core-store-missing.test.ts',
    testName: 'an incident of very many alerts is shown',
  },
  {
    name: 'a commit of tens of thousands is handed out without a pause',
    file: 'src-server/stream/hub.ts',
    find: '      if (to < store.head()) await nextTurn()\n',
    replace: '',
    testFile: hub,
    testName: 'leaves others their turns',
  },
  {
    name: 'a preview counts an alert that became milder for its old severity too',
    file: 'src-shared/correlation/simulated-incident.ts',
    find: '    alert.incident.open[alert.severity] -= 1\n',
    replace: '',
    testFile: 'tests/unit/correlation-simulation.test.ts',
    testName: 'takes as long for each alert',
  },
]
