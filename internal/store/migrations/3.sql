-- Figures of a journey on a device are read from this index alone.
DROP INDEX run_by_series;
CREATE INDEX run_by_series ON run (site, journey, device, time, run_id, level, wait_ms, starved);

-- Lists of incidents come in this order, and forgetting looks by the end.
DROP INDEX incident_by_time;
CREATE INDEX incident_by_state ON incident (state, opened, id);
CREATE INDEX incident_by_time ON incident (opened, id);
CREATE INDEX incident_by_end ON incident (resolved) WHERE resolved IS NOT NULL;
CREATE INDEX message_by_time ON message (updated);

-- What is due the longest comes first.
DROP INDEX delivery_queue;
CREATE INDEX delivery_queue ON delivery (sink, state, due, id, created, bytes);
