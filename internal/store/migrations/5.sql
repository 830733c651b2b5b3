-- A turn is a result from which on something about a series of results is
-- another: the browser, or what a step means. What was true when the first
-- result was recorded is true since ever: its time is 0.
CREATE TABLE turn (
	site     TEXT NOT NULL,
	journey  TEXT NOT NULL,
	device   TEXT NOT NULL,
	location TEXT NOT NULL,
	what     TEXT NOT NULL, -- browser, or step/ID
	time     INTEGER NOT NULL, -- the result's, Unix milliseconds
	value    TEXT NOT NULL, -- name and version, or the step's revision
	PRIMARY KEY (site, journey, device, location, what, time)
) STRICT, WITHOUT ROWID;
