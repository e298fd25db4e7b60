import type Database from 'better-sqlite3'

/** Each applied once, in order, in a transaction of its own; never changed after a release. */
const migrations: readonly string[] = [
  `
  create table meta (key text primary key, value text not null) without rowid;
  create table log (
    seq integer primary key,
    at integer not null,
    kind text not null,
    of_kind text,
    thing text,
    incident_id text,
    service_ids text not null,
    json text not null
  );
  create index log_incident on log (incident_id, seq) where incident_id is not null;
  create table event (
    seq integer primary key,
    id text not null unique,
    source_id text not null,
    event_id text,
    dedup_key text not null,
    incident_id text,
    raw text
  );
  create unique index event_sender_id on event (source_id, event_id) where event_id is not null;
  create index event_dedup_key on event (dedup_key, seq);
  create index event_incident on event (incident_id, seq) where incident_id is not null;
  create table thing (
    key text not null unique,
    kind text not null,
    seq integer not null,
    at integer not null,
    incident_id text,
    service_ids text not null,
    json text not null
  );
  create table alert (
    id text primary key,
    source_id text not null,
    dedup_key text not null,
    incident_id text,
    is_open integer not null,
    severity text not null,
    first_seen_at integer not null
  ) without rowid;
  create index alert_key on alert (source_id, dedup_key, first_seen_at);
  create index alert_incident on alert (incident_id, is_open, severity);
  create table incident (
    id text primary key,
    number integer not null unique,
    status text not null
  ) without rowid;
  create index incident_status on incident (status, number);
  create table incident_group (group_key text primary key, incident_id text not null) without rowid;
  create table source_name (name text primary key, id text not null) without rowid;
  create table service_name (name text primary key, id text not null) without rowid;
  create table command_result (
    client_id text not null,
    number integer not null,
    command_id text not null,
    body_hash text not null,
    result text not null,
    primary key (client_id, number)
  ) without rowid;
  create unique index command_id on command_result (client_id, command_id);
  create table timer (
    kind text not null,
    key text not null,
    due_at integer not null,
    primary key (kind, key)
  ) without rowid;
  create index timer_due on timer (due_at);
  create table audit (
    id integer primary key,
    at integer not null,
    actor text not null,
    action text not null,
    subject text not null,
    detail text
  );
  create table token (
    id text primary key,
    name text not null,
    role text not null,
    hash text not null unique,
    created_at integer not null,
    revoked_at integer
  ) without rowid;
  create unique index token_in_force on token (name) where revoked_at is null;
  `,
  `
  create table source_beat (
    source_id text primary key,
    watchdog_at integer,
    is_set integer not null default 0
  ) without rowid;
  `,
  `
  alter table alert add column maintenance_id text;
  create index alert_maintenance on alert (maintenance_id, first_seen_at)
    where maintenance_id is not null and is_open = 1;
  create index incident_group_incident on incident_group (incident_id);
  `,
  // Each of these cost a page for every key of a busy commit. What is asked by incident is found by log_incident, and what
  // is asked by key by the search; event.incident_id is no longer written.
  `
  drop index event_dedup_key;
  drop index event_incident;
  `,
  // When each client's newest command came. Of those before, all that is known is that none is younger than the log's end.
  `
  create table command_client (client_id text primary key, at integer not null) without rowid;
  with recursive client (id) as (
    select min(client_id) from command_result
    union all
    select (select min(client_id) from command_result where client_id > id) from client where id is not null
  )
  insert into command_client (client_id, at)
    select id, coalesce((select at from log order by seq desc limit 1), 0) from client where id is not null;
  `,
  // Numbers are counted for each client and author. Whose the results from before are is not known: their author is ''.
  `
  create table command_result_of (
    client_id text not null,
    author text not null,
    number integer not null,
    command_id text not null,
    body_hash text not null,
    result text not null,
    primary key (client_id, author, number)
  ) without rowid;
  insert into command_result_of select client_id, '', number, command_id, body_hash, result from command_result;
  drop table command_result;
  alter table command_result_of rename to command_result;
  create unique index command_id on command_result (client_id, author, command_id);
  `,
  // Which alert of a key is the newest is told by the log, not by a clock that can be set back. Of those that are there, by
  // the order in which their states were made: each took a place in the log, so that none of these numbers is still to come.
  `
  alter table alert add column opened_seq integer not null default 0;
  update alert set opened_seq = coalesce((select rowid from thing where key = 'alert:' || alert.id), 0);
  drop index alert_key;
  drop index alert_maintenance;
  drop index alert_incident;
  alter table alert drop column first_seen_at;
  create index alert_key on alert (source_id, dedup_key, opened_seq);
  create index alert_maintenance on alert (maintenance_id, opened_seq)
    where maintenance_id is not null and is_open = 1;
  create index alert_incident on alert (incident_id, is_open, severity, opened_seq);
  `,
]

export const schemaVersion = migrations.length

/** Brings a database to this program's schema. Throws when it was written by a newer version. */
export function migrate(database: Database.Database): void {
  const current = Number(database.pragma('user_version', { simple: true }))
  if (current > schemaVersion) {
    throw new Error(
      `the data folder has schema ${current}, this version knows ${schemaVersion}: start a newer Watchfloor`,
    )
  }
  for (const [index, sql] of migrations.entries()) {
    const apply = database.transaction(() => {
      // Asked again inside: a server and the command line may start on a new folder at the same time.
      if (Number(database.pragma('user_version', { simple: true })) > index) return
      database.exec(sql)
      database.pragma(`user_version = ${index + 1}`)
    })
    apply.immediate()
  }
}
