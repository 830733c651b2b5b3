-- A track is what is remembered of an incident's key between two results.
CREATE TABLE track (
	kind     TEXT NOT NULL,
	site     TEXT NOT NULL,
	journey  TEXT NOT NULL,
	location TEXT NOT NULL,
	json     TEXT NOT NULL,
	PRIMARY KEY (kind, site, journey, location)
) STRICT, WITHOUT ROWID;

-- The JSON is the incident; the other columns are there to find it by.
CREATE TABLE incident (
	id       TEXT NOT NULL PRIMARY KEY,
	kind     TEXT NOT NULL,
	site     TEXT NOT NULL,
	journey  TEXT NOT NULL,
	location TEXT NOT NULL,
	state    TEXT NOT NULL,
	opened   INTEGER NOT NULL, -- Unix milliseconds
	resolved INTEGER,          -- NULL = open
	json     TEXT NOT NULL
) STRICT;

CREATE INDEX incident_by_time ON incident (state, opened);
CREATE INDEX incident_by_journey ON incident (site, journey, opened);

-- What a sink was told, as it remembers it: the store doesn't look inside.
CREATE TABLE message (
	sink    TEXT NOT NULL,
	thread  TEXT NOT NULL,
	site    TEXT NOT NULL,
	updated INTEGER NOT NULL, -- Unix milliseconds
	json    TEXT NOT NULL,
	PRIMARY KEY (sink, thread)
) STRICT, WITHOUT ROWID;

CREATE INDEX message_by_site ON message (sink, site, updated);
