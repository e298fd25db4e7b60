import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

export interface ServerMetrics {
  contentType: string
  /** All figures in Prometheus' text format. */
  text(): Promise<string>
  /** An ingest request was answered with this status after so many seconds. */
  ingested(status: number, seconds: number): void
  /** A command got a result of this status. */
  commanded(status: string): void
}

export interface MeasuredServer {
  head(): number
  oldestCursor(): number
  readers(): number
  polls(): number
  connections(): number
  handshakesRefused(): number
  isAvailable(): boolean
}

/** How often it is looked whether the event loop is late, in ms. */
const loopResolutionMs = 10

/** The figures of one server instance, in a registry of its own: several can live in one process. */
export function createServerMetrics(server: MeasuredServer): ServerMetrics {
  const registry = new Registry()
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number): void => {
    void new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  }
  gauge('watchfloor_log_head', 'Newest committed position of the log', () => server.head())
  gauge('watchfloor_log_oldest_cursor', 'Position from which on the log is whole', () =>
    server.oldestCursor(),
  )
  gauge('watchfloor_stream_polls', 'Polls that are being answered or held', () => server.polls())
  gauge('watchfloor_stream_readers', 'Readers that are fed over WebSockets', () => server.readers())
  gauge('watchfloor_stream_connections', 'Open WebSockets', () => server.connections())
  gauge('watchfloor_stream_handshakes_refused', 'Handshakes refused with 503 since the start', () =>
    server.handshakesRefused(),
  )
  gauge('watchfloor_store_available', '1 while the log can take entries', () => Number(server.isAvailable()))
  gauge('process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss())
  gauge('process_cpu_seconds_total', 'User and system CPU time', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  const loop = monitorEventLoopDelay({ resolution: loopResolutionMs })
  loop.enable()
  gauge(
    'nodejs_eventloop_lag_p99_seconds',
    'By how much the event loop was late, 99th percentile since these figures were last asked for',
    () => {
      // What is recorded is the time between two looks; before the first there is none.
      const betweenMs = loop.count === 0 ? 0 : loop.percentile(99) / 1e6
      loop.reset()
      return Math.max(0, betweenMs - loopResolutionMs) / 1000
    },
  )
  const requests = new Counter({
    name: 'watchfloor_ingest_requests_total',
    help: 'Ingest requests answered, by status',
    labelNames: ['status'],
    registers,
  })
  const duration = new Histogram({
    name: 'watchfloor_ingest_seconds',
    help: 'Time from a parsed ingest request to its answer, the commit included',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
    registers,
  })
  const commands = new Counter({
    name: 'watchfloor_commands_total',
    help: 'Commands by the status of their result',
    labelNames: ['status'],
    registers,
  })
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    ingested: (status, seconds) => {
      requests.inc({ status: String(status) })
      duration.observe(seconds)
    },
    commanded: (status) => commands.inc({ status }),
  }
}
