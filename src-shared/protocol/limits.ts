/** The numbers of the protocol, each with its reason; docs/PROTOCOL.md lists them too. All in ms or bytes. */
export const protocolVersion = 1

export const streamDefaults = {
  /** Empty batch at least this often: short enough for idle timeouts of common proxies (60 s). */
  heartbeatMs: 15_000,
  /** Nothing heard: the screen says stale. One heartbeat and a slow network. */
  staleMs: 20_000,
  /** Nothing heard: the socket is dead, whatever its state says. Two heartbeats and some. */
  deadMs: 35_000,
  /** The first frame of a client must come within this. */
  helloMs: 5_000,
  /** A long poll is answered at the latest after this. */
  pollHoldMs: 15_000,
  /** Reconnect delay: full jitter between 0 and a ceiling that doubles from the first to the second. */
  backoffFirstMs: 500,
  backoffMaxMs: 20_000,
  /** Unsent bytes after which a reader is left alone until its socket drains. */
  maxUnsentBytes: 1_048_576,
  /** Commands in one frame or request: 150 of the usual size would fit, but answers are larger than questions. */
  maxCommandsTogether: 50,
  /** The largest frame or body that a client may send. */
  maxClientFrameBytes: 65_536,
  /** Frames a client may send in one second before it is told to slow down; twice that closes. */
  maxClientFramesPerSecond: 100,
  /** The largest body of an ingest request. */
  maxIngestBytes: 524_288,
  /** Log entries read at a time, so that one slow reader never holds the loop for long; a batch may be made of several. */
  maxBatchEntries: 2_000,
  /** Entries in one page of a snapshot. */
  snapshotPageEntries: 1_000,
  /** Handshakes a second that a server accepts. */
  maxHandshakesPerSecond: 50,
  /** Open WebSockets of one server: far above any team, some hundred megabytes at worst when idle. */
  maxConnections: 5_000,
} as const

export const subprotocols = { json: 'watchfloor.v1.json', msgpack: 'watchfloor.v1.msgpack' } as const
export type Encoding = keyof typeof subprotocols
