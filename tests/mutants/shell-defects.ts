import type { Defect } from './defect.ts'

/** Defects of what stands around the core: both shells, and the process of the bundled server. */
export const shellDefects: readonly Defect[] = [
  {
    name: 'the bundled server is not started again when it ends',
    file: 'src-main/core/supervised-server.ts',
    find: 'if (this.#process !== ended || this.#isStopped) return',
    replace: 'if (this.#process !== ended || this.#isStopped || why !== null) return',
    testFile: 'tests/unit/core-supervised-server.test.ts',
    testName: 'is started again when it ends',
  },
  {
    name: 'the tray shows its severity while it is blind',
    file: 'src-main/electron/tray-picture.ts',
    find: "      return 'blind'",
    replace: "      return state.worst ?? 'live'",
    testFile: 'tests/unit/electron-tray.test.ts',
    testName: 'shows the worst severity only while what it knows is fresh',
  },
  {
    name: 'a proxy is asked for with the WebSocket address',
    file: 'src-main/electron/proxy-rules.ts',
    find: "return url.replace(/^ws(s?):/, 'http$1:')",
    replace: 'return url',
    testFile: 'tests/unit/electron-shell.test.ts',
    testName: 'is asked for with the address that a proxy script knows',
  },
]
