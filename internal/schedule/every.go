package schedule

import (
	"hash/fnv"
	"time"
)

// every is the times epoch + offset + k × interval. The offset is a hash of
// the key modulo the interval, so jobs that share an interval are spread over
// it, the same on every machine and after every restart. Slots are on whole
// seconds: a broken interval is rounded up, because visiting more often than
// agreed would be rude.
//
// The interval is counted in UTC: an hour stays an hour when clocks change.
func every(interval time.Duration, key string) func(time.Time) time.Time {
	period := int64((interval + time.Second - 1) / time.Second)
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(key)) // never fails (package hash)
	offset := int64(hash.Sum64() % uint64(period))
	return func(t time.Time) time.Time {
		// The floor of t is enough: the next slot is on a whole second, and
		// after t exactly when it is after t's whole second.
		since := t.Unix() - offset
		k := since / period
		if since%period < 0 {
			k-- // division rounds towards zero, before 1970 that is up
		}
		return time.Unix(offset+(k+1)*period, 0).UTC()
	}
}
