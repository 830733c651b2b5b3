-- Figures of a journey on a device are read from this index alone.
DROP INDEX run_by_series;
CREATE INDEX run_by_series ON run (site, journey, device, time, run_id, level, wait_ms, starved);
