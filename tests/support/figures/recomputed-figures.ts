import Database from 'better-sqlite3'
import type { LogEntry } from '../../../src-shared/domain/log-entry.ts'

/**
 * The figures once more, in plain SQL over a table of the raw log, written from the definitions (docs/figures.md) and
 * sharing nothing with the code that it judges.
 */
export function recomputeFigures(
  entries: Iterable<LogEntry>,
  from: number,
  to: number,
  position: readonly { id: string; name: string }[] | null = null,
) {
  const database = new Database(':memory:')
  try {
    database.exec(schema)
    fill(database, entries)
    const own = database.prepare('INSERT INTO position VALUES (?, ?)')
    for (const { id, name } of position ?? []) own.run(id, name)
    database.exec(position ? counted : everythingCounted)
    database.exec(`CREATE TABLE bounds AS SELECT ${from} AS "from", ${to} AS "to"`)
    database.exec(derived)
    const one = (sql: string): Record<string, number> => database.prepare(sql).get() as Record<string, number>
    const all = (sql: string): Record<string, unknown>[] =>
      database.prepare(sql).all() as Record<string, unknown>[]
    const durations = (sql: string): Record<string, number> =>
      one(`
        WITH ranked AS (
          SELECT took, row_number() OVER (ORDER BY took) AS rank, count(*) OVER () AS n
          FROM (${sql}), bounds WHERE at >= "from" AND at < "to" AND is_own
        )
        SELECT count(*) AS count, avg(took) AS meanMs, min(took) FILTER (WHERE 2 * rank >= n) AS medianMs,
          min(took) FILTER (WHERE 10 * rank >= 9 * n) AS p90Ms, max(took) AS longest FROM ranked`)
    const longest = (condition: string): Record<string, unknown>[] =>
      all(`
        SELECT incident_id AS incidentId, number, title, at - began_at AS tookMs FROM told, bounds
        WHERE at >= "from" AND at < "to" AND is_own AND ${condition} ORDER BY tookMs DESC, number LIMIT 10`)
    return {
      counts: one(`
        SELECT count(*) AS events, coalesce(sum(action = 'trigger'), 0) AS triggers,
          coalesce(sum(action = 'resolve'), 0) AS resolves, coalesce(sum(severity = 'critical'), 0) AS critical,
          coalesce(sum(effect = 'counted'), 0) AS counted
        FROM events, bounds WHERE at >= "from" AND at < "to" AND is_own`),
      peakMinute: one(`
        SELECT count(*) AS events FROM events, bounds WHERE at >= "from" AND at < "to" AND is_own
        GROUP BY at / 60000 ORDER BY 1 DESC LIMIT 1`),
      incidents: one(`
        SELECT coalesce(sum(kind = 'triggered'), 0) AS triggered, coalesce(sum(kind = 'splitFrom'), 0) AS splitOff,
          coalesce(sum(kind = 'reopened' AND from_status = 'resolved' AND NOT takes_back), 0) AS reopened,
          coalesce(sum(is_ack), 0) AS acknowledged, coalesce(sum(kind = 'ackExpired'), 0) AS ackExpired,
          coalesce(sum(kind = 'resolved' AND NOT is_taken_back), 0) AS resolved,
          coalesce(sum(kind = 'resolved' AND NOT is_taken_back AND NOT was_acked), 0) AS resolvedUnseen,
          coalesce(sum(takes_back), 0) AS takenBack, coalesce(sum(kind = 'merged'), 0) AS merged
        FROM told, bounds WHERE at >= "from" AND at < "to" AND is_own`),
      acknowledged: durations(`
        SELECT at, min(at) - began_at AS took, is_own FROM told WHERE is_ack GROUP BY incident_id, occurrence`),
      resolved: durations(`
        SELECT at, at - began_at AS took, is_own FROM told WHERE kind = 'resolved' AND NOT is_taken_back`),
      // Nothing is acknowledged for the first time twice: the first in the log is it, in the window or before.
      longestAcknowledged: longest(
        `seq IN (SELECT min(seq) FROM told WHERE is_ack GROUP BY incident_id, occurrence)`,
      ),
      longestResolved: longest(`kind = 'resolved' AND NOT is_taken_back`),
      longestUnseen: longest(`kind = 'resolved' AND NOT is_taken_back AND NOT was_acked`),
      // The number and the title are those of the newest of each.
      ackExpired: all(`
        SELECT incidentId, number, title, times FROM (
          SELECT incident_id AS incidentId, number, title, count(*) AS times, max(seq) FROM told, bounds
          WHERE kind = 'ackExpired' AND at >= "from" AND at < "to" AND is_own GROUP BY incident_id)
        ORDER BY times DESC, number LIMIT 10`),
      annunciated: one('SELECT count(*) AS count FROM alarms'),
      damped: all(`
        SELECT dedup_key AS dedupKey, count(*) AS times FROM announcements WHERE is_damped GROUP BY source_id, dedup_key
        ORDER BY times DESC, dedupKey, source_id`),
      intervals: all('SELECT ten * 600000 AS at, count(*) AS alarms FROM alarms GROUP BY ten ORDER BY ten'),
      flood: one(floods),
      staleByDay: all(`
        SELECT day * 86400000 AS day, count(DISTINCT alert_id) AS alerts FROM stale_days GROUP BY day ORDER BY day`),
      chattering: all(`
        SELECT dedup_key AS dedupKey, count(*) AS times FROM chattering GROUP BY source_id, dedup_key
        ORDER BY times DESC, dedupKey, source_id`),
      fleeting: all(`
        SELECT dedup_key AS dedupKey, count(*) AS times FROM fleeting
        GROUP BY source_id, dedup_key ORDER BY times DESC, dedupKey, source_id`),
      loudest: all(`
        SELECT dedup_key AS dedupKey, count(*) AS times FROM alarms GROUP BY source_id, dedup_key
        ORDER BY times DESC, dedupKey, source_id LIMIT 10`),
      byPriority: one(`
        SELECT coalesce(sum(priority IN ('P4', 'P5')), 0) AS low, coalesce(sum(priority = 'P3'), 0) AS medium,
          coalesce(sum(priority IN ('P1', 'P2')), 0) AS high FROM alarms`),
    }
  } finally {
    database.close()
  }
}

export type RecomputedFigures = ReturnType<typeof recomputeFigures>

const schema = `
  CREATE TABLE events (seq INTEGER PRIMARY KEY, at INTEGER, action TEXT, severity TEXT, effect TEXT, alert_id TEXT,
    service TEXT, is_own INTEGER);
  CREATE TABLE alerts (seq INTEGER PRIMARY KEY, at INTEGER, alert_id TEXT, source_id TEXT, dedup_key TEXT, stands INTEGER,
    is_suppressed INTEGER, service_id TEXT, is_own INTEGER);
  CREATE TABLE changes (seq INTEGER PRIMARY KEY, at INTEGER, incident_id TEXT, kind TEXT, from_status TEXT, by_kind TEXT,
    alert_id TEXT, priority TEXT, triggered_at INTEGER, severity INTEGER, flapping_since INTEGER, number INTEGER,
    title TEXT, service_ids TEXT, is_own INTEGER);
  CREATE TABLE position (id TEXT PRIMARY KEY, name TEXT UNIQUE);`

const counted = `
  UPDATE events SET is_own = service IN (SELECT name FROM position);
  UPDATE alerts SET is_own = service_id IN (SELECT id FROM position);
  UPDATE changes SET is_own = EXISTS (
    SELECT 1 FROM json_each(service_ids) each JOIN position ON position.id = each.value);`

const everythingCounted =
  'UPDATE events SET is_own = 1; UPDATE alerts SET is_own = 1; UPDATE changes SET is_own = 1;'

function fill(database: Database.Database, entries: Iterable<LogEntry>): void {
  const event = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, NULL)')
  const alert = database.prepare('INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)')
  const change = database.prepare(`INSERT INTO changes VALUES (${Array(14).fill('?').join(', ')}, NULL)`)
  database.exec('BEGIN')
  for (const entry of entries) {
    const { seq, at } = entry
    if (entry.kind === 'event') {
      const { action, severity, effect, alertId, service } = entry.event
      event.run(seq, at, action, severity, effect, alertId, service)
    } else if (entry.kind === 'alert') {
      const { id, sourceId, dedupKey, isOpen, isSuppressed, serviceId } = entry.alert
      alert.run(
        seq,
        at,
        id,
        sourceId,
        dedupKey,
        Number(isOpen && !isSuppressed),
        Number(isOpen && isSuppressed),
        serviceId,
      )
    } else if (entry.kind === 'incident') {
      const { incident, change: made } = entry
      const { id, priority, triggeredAt, number, title } = incident
      const severity = ['info', 'warning', 'error', 'critical'].indexOf(incident.severity)
      const since = incident.flapping?.since ?? null
      const told = [made.kind, made.from, made.by.kind, made.alertId]
      const services = JSON.stringify(incident.serviceIds)
      change.run(seq, at, id, ...told, priority, triggeredAt, severity, since, number, title, services)
    }
  }
  database.exec('COMMIT')
}

const derived = `
  -- What a person resolves and a person reopens within a minute, before the end of the window, was never over.
  CREATE TABLE told AS
    WITH ends AS (
      SELECT *, lead(seq) OVER incident AS next_seq, lag(seq) OVER incident AS last_seq
      FROM changes, bounds
      WHERE at < "to" AND (kind = 'resolved' OR (kind = 'reopened' AND from_status = 'resolved'))
      WINDOW incident AS (PARTITION BY incident_id ORDER BY seq)
    ), slips AS (
      SELECT a.seq AS resolved_seq, b.seq AS reopened_seq FROM ends a JOIN ends b ON b.seq = a.next_seq
      WHERE a.kind = 'resolved' AND a.by_kind = 'operator' AND b.kind = 'reopened' AND b.alert_id IS NULL
        AND b.at - a.at <= 60000
    ), marked AS (
      SELECT *, seq IN (SELECT resolved_seq FROM slips) AS is_taken_back,
        seq IN (SELECT reopened_seq FROM slips) AS takes_back,
        kind = 'acknowledged' OR (kind = 'snoozed' AND from_status = 'triggered') AS is_ack
      FROM changes
    ), numbered AS (
      SELECT *, sum(kind IN ('triggered', 'splitFrom') OR (kind = 'reopened' AND from_status = 'resolved' AND NOT takes_back))
        OVER (PARTITION BY incident_id ORDER BY seq) AS occurrence
      FROM marked
    )
    SELECT *, first_value(triggered_at) OVER occurrence AS began_at, max(is_ack) OVER occurrence AS was_acked
    FROM numbered WINDOW occurrence AS (PARTITION BY incident_id, occurrence ORDER BY seq);

  -- From standing up to the next state that does not stand. By hand: no event of it was written just before.
  CREATE TABLE occurrences AS
    WITH turns AS (
      SELECT *, lag(stands, 1, 0) OVER (PARTITION BY alert_id ORDER BY seq) AS stood,
        lag(is_suppressed, 1, 0) OVER (PARTITION BY alert_id ORDER BY seq) AS was_suppressed,
        NOT EXISTS (SELECT 1 FROM events e WHERE e.seq = a.seq - 1 AND e.alert_id = a.alert_id) AS by_itself
      FROM alerts a
    ), edges AS (
      SELECT *, lead(at) OVER alert AS ended_at, lead(seq) OVER alert AS ended_seq, lag(at) OVER alert AS last_at,
        lag(by_itself, 1, 0) OVER alert AS ended_by_hand
      FROM turns WHERE stands <> stood WINDOW alert AS (PARTITION BY alert_id ORDER BY seq)
    ), starts AS (
      SELECT *, by_itself AND NOT was_suppressed AND last_at IS NOT NULL AS by_hand,
        by_itself AND NOT was_suppressed AND ended_by_hand AND at - last_at <= 60000 AS goes_on
      FROM edges WHERE stands = 1
    ), stretches AS (
      SELECT *, sum(NOT coalesce(goes_on, 0)) OVER (PARTITION BY alert_id ORDER BY seq) AS stretch FROM starts
    )
    SELECT alert_id, source_id, dedup_key, is_own, seq, at, ended_at, ended_seq, stretch,
      first_value(at) OVER stretch AS began_at, first_value(by_hand) OVER stretch AS began_by_hand
    FROM stretches WINDOW stretch AS (PARTITION BY alert_id, stretch ORDER BY seq);
  CREATE INDEX occurrences_by_alert ON occurrences (alert_id, seq);

  CREATE TABLE announcements AS
    WITH followed AS (
      SELECT *, kind = 'reopened' AND flapping_since = lag(flapping_since) OVER incident
        AND severity <= max(lag(severity) OVER incident, coalesce(max(severity) FILTER (WHERE kind = 'reopened') OVER flaps, 0)) AS damped
      FROM changes WINDOW incident AS (PARTITION BY incident_id ORDER BY seq),
        flaps AS (PARTITION BY incident_id, flapping_since ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    )
    SELECT c.seq, c.at, c.at / 600000 AS ten, c.kind, c.priority, coalesce(c.damped, 0) AS is_damped,
      o.source_id, o.dedup_key
    FROM followed c JOIN bounds JOIN occurrences o ON o.alert_id = c.alert_id
      AND o.seq < c.seq AND (o.ended_seq IS NULL OR o.ended_seq > c.seq)
    WHERE c.kind IN ('triggered', 'alertJoined', 'reopened', 'severityRaised') AND c.at >= "from" AND c.at < "to"
      AND o.is_own;
  CREATE VIEW alarms AS SELECT * FROM announcements WHERE NOT is_damped;

  CREATE TABLE chattering AS
    WITH arrivals AS (
      SELECT *, lag(at, 1) OVER key AS b1, lag(at, 2) OVER key AS b2, lead(at, 1) OVER key AS a1,
        lead(at, 2) OVER key AS a2
      FROM announcements WHERE kind <> 'severityRaised' WINDOW key AS (PARTITION BY source_id, dedup_key ORDER BY seq)
    )
    SELECT source_id, dedup_key FROM arrivals WHERE at - b2 <= 60000 OR a1 - b1 <= 60000 OR a2 - at <= 60000;

  CREATE TABLE fleeting AS
    SELECT o.source_id, o.dedup_key FROM events e JOIN bounds JOIN occurrences o ON o.alert_id = e.alert_id
      AND o.seq < e.seq AND (o.ended_seq IS NULL OR o.ended_seq > e.seq)
    WHERE e.effect = 'resolved' AND e.at - o.began_at < 60000 AND NOT o.began_by_hand AND e.at >= "from" AND e.at < "to"
      AND o.is_own
      AND NOT EXISTS (SELECT 1 FROM chattering c WHERE c.source_id = o.source_id AND c.dedup_key = o.dedup_key);

  CREATE TABLE stale_days AS
    WITH RECURSIVE stale AS (
      SELECT alert_id, max("from", began_at + 86400000) AS begins,
        min("to", max(coalesce(ended_at, "to"))) AS ends
      FROM occurrences, bounds WHERE at < "to" AND is_own GROUP BY alert_id, stretch
    ), days AS (
      SELECT alert_id, begins / 86400000 AS day, ends FROM stale WHERE begins < ends
      UNION ALL
      SELECT alert_id, day + 1, ends FROM days WHERE (day + 1) * 86400000 < ends
    )
    SELECT alert_id, day FROM days;`

const floods = `
  WITH RECURSIVE counts AS (SELECT ten, count(*) AS alarms FROM alarms GROUP BY ten),
  tens AS (
    SELECT "from" / 600000 AS ten FROM bounds
    UNION ALL SELECT ten + 1 FROM tens, bounds WHERE (ten + 1) * 600000 < "to"
  ),
  numbered AS (SELECT tens.ten, coalesce(alarms, 0) AS alarms FROM tens LEFT JOIN counts USING (ten)),
  states AS (
    SELECT ten, alarms > 10 AS flooded FROM numbered WHERE ten = (SELECT min(ten) FROM numbered)
    UNION ALL
    SELECT n.ten, n.alarms > 10 OR (s.flooded AND n.alarms >= 5) FROM states s JOIN numbered n ON n.ten = s.ten + 1
  ),
  edges AS (SELECT *, lag(flooded, 1, 0) OVER (ORDER BY ten) AS was FROM states)
  SELECT
    coalesce((SELECT sum(min("to", (ten + 1) * 600000) - max("from", ten * 600000)) FROM states, bounds WHERE flooded), 0)
      AS floodedMs,
    (SELECT count(*) FROM edges WHERE flooded AND NOT was) AS floods`
