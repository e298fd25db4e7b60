import type { Defect } from './defect.ts'

const damagedCache = 'tests/chaos/damaged-cache.test.ts'
const consoleDisk = 'tests/chaos/console-disk.test.ts'

/** Defects in what must hold on broken lines, damaged files and full disks. */
export const faultDefects: readonly Defect[] = [
  {
    name: 'an action whose number was used is not given another',
    file: 'src-main/core/outbox/outbox.ts',
    find: "if (result.code === 'numberReused')",
    replace: "if (result.code === 'never')",
    testFile: damagedCache,
    testName: 'gives actions new numbers',
  },
  {
    name: 'a missing WAL is not noticed',
    file: 'src-main/core/store/open-mark.ts',
    find: 'return existsSync(markOf(file)) &&',
    replace: 'return false &&',
    testFile: damagedCache,
    testName: 'says that changes are missing without its WAL file',
  },
  {
    name: 'stored JSON that does not parse is not damage',
    file: 'src-main/core/store/open-database.ts',
    find: 'error instanceof SyntaxError || error instanceof z.ZodError',
    replace: 'error === null',
    testFile: damagedCache,
    testName: 'saves the other actions when one of them cannot be read',
  },
  {
    name: 'what waits is not taken from a disk that takes nothing',
    file: 'src-main/core/store/open-database.ts',
    find: 'existsSync(setup.file) ? rescueFromCopy(setup.file, db, setup.nativeBinding) : null',
    replace: 'null as Rescued | null',
    testFile: consoleDisk,
    testName: 'starts when it is read-only',
  },
  {
    name: 'a full disk is not found at the start',
    file: 'src-main/core/store/open-database.ts',
    find: "db.exec(`INSERT OR REPLACE INTO settings (key, value) VALUES ('openedAt', unixepoch())`)",
    replace: '',
    testFile: consoleDisk,
    testName: 'starts when it is full',
  },
  {
    name: 'the server does not look whether there is room again',
    file: 'src-server/log/sqlite-store.ts',
    find: '      probeSoon()\n',
    replace: '',
    testFile: 'tests/chaos/server-full-disk.test.ts',
    testName: 'refuses with 503 and the reason',
  },
  {
    name: 'an answer that is owed does not count against "live"',
    file: 'src-main/core/freshness.ts',
    find: 'if (owedMs >= facts.staleMs)',
    replace: 'if (owedMs < 0)',
    testFile: 'tests/chaos/network-faults.test.ts',
    testName: 'does not call itself live while all that comes is late',
  },
]
