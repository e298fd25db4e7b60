import type { Defect } from './defect.ts'

const hub = 'tests/unit/stream-hub.test.ts'
const connection = 'tests/unit/core-connection.test.ts'
const follower = 'tests/unit/core-stream-follower.test.ts'

/** What could go wrong on either side of the stream while all is well with the other. */
export const readingDefects: readonly Defect[] = [
  {
    name: 'all readers that came together hear their heartbeats together',
    file: 'src-server/stream/hub.ts',
    find: 'clock.monotonic() + random() * heartbeatMs',
    replace: 'clock.monotonic() + heartbeatMs',
    testFile: hub,
    testName: 'hears its first heartbeat after a part of the time',
  },
  {
    name: 'what the log forgot before it was delivered is left out without a word',
    file: 'src-server/stream/hub.ts',
    find: 'if (from < store.oldestCursor() || ',
    replace: 'if (',
    testFile: hub,
    testName: 'is told that it was lost when the log forgot',
  },
  {
    name: 'a large commit goes out in one message',
    file: 'src-server/stream/hub.ts',
    find: 'const entries = upToOneFrame(read)',
    replace: 'const entries = read',
    testFile: hub,
    testName: 'gets a large commit in several messages',
  },
  {
    name: 'everything that waits is one commit',
    file: 'src-server/log/group-commit.ts',
    find: 'this.#waiting.splice(0, maxGroup)',
    replace: 'this.#waiting.splice(0)',
    testFile: 'tests/integration/server-store.test.ts',
    testName: 'commits no more than 512 at a time',
  },
  {
    name: 'the tail of the feed begins for ever where it began once',
    file: 'src-server/stream/feed-tail.ts',
    find: 'known.head >= 0 && head - known.head < reuseEntries',
    replace: 'known.head >= 0',
    testFile: 'tests/unit/stream-reader.test.ts',
    testName: 'finds out anew where the tail begins',
  },
  {
    name: 'a console reads on however much it has not stored',
    file: 'src-main/core/sync/stream-follower.ts',
    find: 'this.#queuedEntries > pauseAbove',
    replace: 'this.#queuedEntries > 1e9',
    testFile: follower,
    testName: 'leaves the network alone while much of what came is not stored',
  },
  {
    name: 'a console that has paused never reads on',
    file: 'src-main/core/sync/stream-follower.ts',
    find: 'this.#queuedEntries < resumeBelow',
    replace: 'this.#queuedEntries < 0',
    testFile: follower,
    testName: 'leaves the network alone while much of what came is not stored',
  },
  {
    name: 'what is decided while the console starts is shown again as left over',
    file: 'src-main/core/console-core.ts',
    find: '    await this.#presenter.resume()\n    await this.#sites.load()\n',
    replace:
      '    await this.#sites.load()\n    for (const { id } of this.#sites.all)\n      if (id) await store.request("board", { siteId: id })\n    await this.#presenter.resume()\n',
    testFile: 'tests/integration/core-start.test.ts',
    testName: 'shows once what is decided while the console starts',
  },
  {
    name: 'an action is sent as whoever is there now',
    file: 'src-main/core/outbox/outbox.ts',
    find: ' || entry.command.author !== operator',
    replace: '',
    testFile: 'tests/integration/core-outbox.test.ts',
    testName: 'sends an action as its author or not at all',
  },
  {
    name: 'a server is taken for dead while this side does not read',
    file: 'src-main/core/connection/connection.ts',
    find: 'if (isPaused) this.#cancelDead()\n    else this.#awaitLife()',
    replace: 'void isPaused',
    testFile: connection,
    testName: 'that is not read from, because this side is busy',
  },
  {
    name: 'a WebSocket passes when it is opened',
    file: 'src-main/core/connection/adaptive-transport.ts',
    find: 'onOpen: () => events.onOpen(),',
    replace: 'onOpen: () => {\n        pass()\n        events.onOpen()\n      },',
    testFile: connection,
    testName: 'over which no frame comes does not pass',
  },
  {
    name: 'a sleep is known only by timers that came late',
    file: 'src-main/core/connection/wake-watch.ts',
    find: 'wallMs - monotonicMs > jumpMs || ',
    replace: '',
    testFile: connection,
    testName: 'is known by a wall clock that ran ahead',
  },
  {
    name: 'the first spread that a server says is kept for ever',
    file: 'src-main/core/connection/connection.ts',
    find: "this.#state.name === 'following' && this.#state.spreadMs !== spreadMs",
    replace: "this.#state.name === 'following' && this.#state.spreadMs === null && spreadMs >= 0",
    testFile: connection,
    testName: 'comes back within the spread that was said last',
  },
]
