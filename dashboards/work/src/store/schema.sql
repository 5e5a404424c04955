-- One text for SQLite and PostgreSQL: only types that both have. Moments are microseconds since 1970 in UTC.

CREATE TABLE IF NOT EXISTS people (
  person_id TEXT PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  -- The representative of the call records that this person is; others have none.
  representative TEXT UNIQUE,
  sector TEXT,
  -- A PHC string of argon2id; absent for those who come in through OIDC alone.
  password TEXT,
  oidc_subject TEXT UNIQUE,
  active BIGINT NOT NULL,
  version BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS sessions (
  -- SHA-256 of the cookie: who reads the store cannot come in with it.
  token TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (person_id),
  began_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS sessions_of_person ON sessions (person_id);

-- Tries to come in, by login and by address, for the limit of tries.
CREATE TABLE IF NOT EXISTS tries (
  about TEXT NOT NULL,
  tried_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS tries_about ON tries (about, tried_at);

-- Whatever people make: one shape, so that a new kind needs no new table. `content` is the whole thing as JSON;
-- the other columns are what lists are made by.
CREATE TABLE IF NOT EXISTS records (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version BIGINT NOT NULL,
  state TEXT NOT NULL,
  -- Whose turn it is, or whose it is.
  owner TEXT,
  -- The representative it is about.
  about TEXT,
  call_id TEXT,
  -- What it belongs to: a pick's plan, a recommendation's assessment.
  parent TEXT,
  due_at BIGINT,
  made_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (kind, id)
);
CREATE INDEX IF NOT EXISTS records_by_owner ON records (kind, owner, state);
CREATE INDEX IF NOT EXISTS records_by_about ON records (kind, about, state);
CREATE INDEX IF NOT EXISTS records_by_call ON records (kind, call_id);
CREATE INDEX IF NOT EXISTS records_by_parent ON records (kind, parent);

-- Each version that a record ever had, and who made it.
CREATE TABLE IF NOT EXISTS history (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version BIGINT NOT NULL,
  person_id TEXT NOT NULL,
  action TEXT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (kind, id, version)
);

-- Who looked at what. Numbered without a gap; each entry carries a hash of the one before it.
CREATE TABLE IF NOT EXISTS access_log (
  number BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  person_id TEXT NOT NULL,
  role TEXT NOT NULL,
  action TEXT NOT NULL,
  object_kind TEXT NOT NULL,
  object_id TEXT,
  detail TEXT,
  chain TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS access_by_object ON access_log (object_kind, object_id);
CREATE INDEX IF NOT EXISTS access_by_person ON access_log (person_id, at);

-- What is to be told to Kafka, in the order in which it was committed.
CREATE TABLE IF NOT EXISTS outbox (
  number BIGINT PRIMARY KEY,
  subject TEXT NOT NULL,
  id TEXT NOT NULL,
  revision BIGINT NOT NULL,
  at BIGINT NOT NULL,
  content TEXT NOT NULL,
  sent_at BIGINT
);
CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (sent_at, number);

-- Numbers that must have no gaps and be in the order of commits: taking one holds the row until the commit.
CREATE TABLE IF NOT EXISTS counters (
  name TEXT PRIMARY KEY,
  value BIGINT NOT NULL,
  mark TEXT NOT NULL
);
INSERT INTO counters (name, value, mark) VALUES ('access', 0, ''), ('outbox', 0, '') ON CONFLICT (name) DO NOTHING;
