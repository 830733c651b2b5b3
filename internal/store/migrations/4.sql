-- An effect is a visit that may have left something behind on a site: an order.
-- It is booked before the visit begins, so that no crash can lose it.
CREATE TABLE effect (
	run_id  TEXT NOT NULL,
	attempt INTEGER NOT NULL,
	site    TEXT NOT NULL,
	journey TEXT NOT NULL,
	name    TEXT NOT NULL,
	at      INTEGER NOT NULL, -- when the visit began, Unix milliseconds
	PRIMARY KEY (run_id, attempt)
) STRICT, WITHOUT ROWID;

CREATE INDEX effect_by_journey ON effect (site, journey, at);
CREATE INDEX effect_by_time ON effect (at);
