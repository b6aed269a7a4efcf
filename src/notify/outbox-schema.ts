/** Of notify.db (PRAGMA user_version). */
export const version = 1;

/** What is done (delivered or discarded) has lost its body; its id is kept for a while, so that it is not queued again. */
export const schema = `
  CREATE TABLE notifier (name TEXT PRIMARY KEY, since REAL NOT NULL) STRICT;
  CREATE TABLE message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    notifier TEXT NOT NULL,
    id TEXT NOT NULL,
    alert TEXT NOT NULL,
    event TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'dead', 'done')),
    queued_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at REAL NOT NULL,
    error TEXT NOT NULL DEFAULT '',
    settled_at REAL,
    UNIQUE (notifier, id)
  ) STRICT;
  CREATE INDEX message_pending ON message (notifier, due_at, seq) WHERE state = 'pending';
  CREATE INDEX message_dead ON message (notifier, settled_at, seq) WHERE state = 'dead';
  CREATE INDEX message_done ON message (settled_at) WHERE state = 'done';
  CREATE INDEX message_alert ON message (notifier, alert) WHERE state = 'pending';
  CREATE TABLE topic (notifier TEXT NOT NULL, topic TEXT NOT NULL, PRIMARY KEY (notifier, topic)) STRICT;
  CREATE TABLE instance (only INTEGER PRIMARY KEY CHECK (only = 1), id TEXT NOT NULL) STRICT;`;
