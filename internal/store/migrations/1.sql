-- A claim is a slot whose visit is going on. Recording its result deletes it.
CREATE TABLE claim (
	site     TEXT NOT NULL,
	journey  TEXT NOT NULL,
	device   TEXT NOT NULL,
	location TEXT NOT NULL,
	at       INTEGER NOT NULL, -- the slot's time, Unix seconds
	run_id   TEXT NOT NULL,
	since    INTEGER NOT NULL, -- Unix milliseconds, as every time below
	PRIMARY KEY (site, journey, device, location, at)
) STRICT, WITHOUT ROWID;

-- A run is a result: the one of its slot, or of no slot where somebody asked
-- for it. The JSON is the run; the other columns are there to find it by.
CREATE TABLE run (
	id       INTEGER PRIMARY KEY,
	run_id   TEXT NOT NULL UNIQUE,
	site     TEXT NOT NULL,
	journey  TEXT NOT NULL,
	device   TEXT NOT NULL,
	location TEXT NOT NULL,
	at       INTEGER,          -- the slot's time, Unix seconds; NULL = no slot
	time     INTEGER NOT NULL, -- what history is ordered by: the slot's time, else the start
	started  INTEGER,          -- NULL = nobody looked
	outcome  TEXT NOT NULL,
	level    INTEGER NOT NULL,
	wait_ms  REAL,
	starved  INTEGER NOT NULL,
	json     TEXT NOT NULL,
	UNIQUE (site, journey, device, location, at)
) STRICT;

CREATE INDEX run_by_time ON run (time, run_id, site, journey, device, outcome);
CREATE INDEX run_by_journey ON run (site, journey, time, run_id, device);
CREATE INDEX run_by_series ON run (site, journey, device, time, run_id);

CREATE TABLE step (
	run     INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	idx     INTEGER NOT NULL,
	step    TEXT NOT NULL,
	outcome TEXT NOT NULL,
	level   INTEGER NOT NULL,
	wait_ms REAL,
	PRIMARY KEY (run, idx)
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: the id of a delivery that is gone is never another's.
CREATE TABLE delivery (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	sink     TEXT NOT NULL,
	key      TEXT NOT NULL,
	created  INTEGER NOT NULL,
	due      INTEGER NOT NULL,
	attempts INTEGER NOT NULL,
	state    TEXT NOT NULL CHECK (state IN ('waiting', 'refused')),
	reason   TEXT NOT NULL,
	bytes    INTEGER NOT NULL,
	payload  BLOB NOT NULL,
	UNIQUE (sink, key)
) STRICT;

CREATE INDEX delivery_queue ON delivery (sink, state, id, due, created, bytes);

-- How many deliveries of a sink were given up because its backlog was full.
CREATE TABLE dropped (
	sink TEXT NOT NULL PRIMARY KEY,
	n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The one row that is written to see whether writing works.
CREATE TABLE health (
	id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
	at INTEGER NOT NULL
) STRICT;
