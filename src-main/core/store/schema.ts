/**
 * The local store. `site` is a serverId everywhere but in `sites`, whose key is made here, because a server
 * is known by its address before it has said who it is. Bodies are JSON as the wire brought them; columns
 * are only what is searched by.
 */
const first = `
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE sites (
  key TEXT PRIMARY KEY, url TEXT NOT NULL, name TEXT NOT NULL, server_id TEXT, operator TEXT,
  is_local INTEGER NOT NULL, ord INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE cursors (
  site TEXT PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL, channels TEXT NOT NULL,
  complete_at INTEGER
) WITHOUT ROWID;

CREATE TABLE incidents (
  site TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, number INTEGER NOT NULL,
  status TEXT NOT NULL, severity TEXT NOT NULL, service_id TEXT NOT NULL, resolved_at INTEGER,
  json TEXT NOT NULL, PRIMARY KEY (site, id)
) WITHOUT ROWID;
CREATE INDEX incidents_unresolved ON incidents (site, number) WHERE status <> 'resolved';
CREATE INDEX incidents_resolved ON incidents (site, resolved_at) WHERE status = 'resolved';
CREATE INDEX incidents_service ON incidents (site, service_id) WHERE status <> 'resolved';

CREATE TABLE alerts (
  site TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, incident_id TEXT,
  count INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (site, id)
) WITHOUT ROWID;
CREATE INDEX alerts_incident ON alerts (site, incident_id, count) WHERE incident_id IS NOT NULL;

-- Services, sources, summaries (by their incident's id) and shift-log entries.
CREATE TABLE things (
  site TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL,
  json TEXT NOT NULL, PRIMARY KEY (site, kind, id)
) WITHOUT ROWID;

CREATE TABLE timeline (
  site TEXT NOT NULL, incident_id TEXT NOT NULL, seq INTEGER NOT NULL, json TEXT NOT NULL,
  PRIMARY KEY (site, incident_id, seq)
) WITHOUT ROWID;
CREATE INDEX timeline_seq ON timeline (site, seq);

-- A snapshot that is being read, beside the state that it will replace.
CREATE TABLE staging (
  site TEXT PRIMARY KEY, snapshot_id TEXT NOT NULL, pages INTEGER NOT NULL, next TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE staged (site TEXT NOT NULL, ord INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (site, ord)) WITHOUT ROWID;

CREATE TABLE outbox (
  ord INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, site TEXT NOT NULL, json TEXT NOT NULL
);
CREATE TABLE settled (id TEXT PRIMARY KEY, site TEXT NOT NULL, at INTEGER NOT NULL, json TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE decisions (
  id INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, incident_id TEXT NOT NULL, at INTEGER NOT NULL,
  notified INTEGER NOT NULL, shown_at INTEGER, json TEXT NOT NULL
);
CREATE INDEX decisions_incident ON decisions (site, incident_id, id);
CREATE INDEX decisions_unshown ON decisions (id) WHERE notified = 1 AND shown_at IS NULL;
`

/** What stays on the screen until it was seen, and what an account of an absence is made from. */
const news = `
CREATE TABLE notices (id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;

-- Results from before this column were shown when they came.
ALTER TABLE settled ADD COLUMN is_seen INTEGER NOT NULL DEFAULT 1;
CREATE INDEX settled_unseen ON settled (at) WHERE is_seen = 0;

-- The last instant at which a site was live (this machine's clock), where its stream stood then (complete_at is the
-- server's clock), and what could not be read since.
CREATE TABLE live_marks (
  site TEXT PRIMARY KEY, live_at INTEGER NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL,
  complete_at INTEGER NOT NULL, skipped INTEGER NOT NULL DEFAULT 0, lost TEXT
) WITHOUT ROWID;
CREATE TABLE absences (site TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
`

/** What incidents and alerts got since: filled in, so that no cached state lacks it. */
const lifecycle = `
UPDATE incidents SET json = json_set(json, '$.prioritySetBy', null, '$.ackExpiresAt', null, '$.snoozedUntil', null,
  '$.followUp', null, '$.tickets', json('[]'), '$.cause', null, '$.mergedInto', null, '$.flapping', null);
UPDATE alerts SET json = json_set(json, '$.maintenanceId', null, '$.openedAt', json('[]'));
`

/** So that no cached alert lacks it. */
const alertGroup = `UPDATE alerts SET json = json_set(json, '$.group', null);`

/** Who was notified lately is asked for with every transaction. */
const notifiedLately = `CREATE INDEX decisions_notified ON decisions (at) WHERE notified = 1;`

/** Where in the log the effect of an action is that is done and whose effect has not been read yet. */
const effects = `
ALTER TABLE outbox ADD COLUMN effect_epoch TEXT;
ALTER TABLE outbox ADD COLUMN effect_seq INTEGER;
`

/** Likewise. */
const rulePriorities = `
UPDATE incidents SET json = json_set(json, '$.rulePriority', null);
UPDATE alerts SET json = json_set(json, '$.rulePriority', null, '$.milder', null);
`

/** Changes that came and could not be read: with the cursor that moved past them. */
const unread = `ALTER TABLE cursors ADD COLUMN unread TEXT;`

/** For how long an acknowledgement was given: likewise. */
const ackLengths = `UPDATE incidents SET json = json_set(json, '$.ackLastsMs', null);`

/** One after the other; a store of version n has had the first n. */
export const migrations: readonly string[] = [
  first,
  news,
  lifecycle,
  alertGroup,
  notifiedLately,
  effects,
  rulePriorities,
  unread,
  ackLengths,
]
