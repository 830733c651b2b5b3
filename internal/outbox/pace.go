package outbox

import "time"

const (
	firstWait     = time.Second
	longestWait   = time.Minute
	longestAsked  = time.Hour        // the longest Retry-After that is believed
	idle          = 10 * time.Second // how often deliveries that nobody poked for are looked for
	trimEvery     = time.Minute
	behindTheRest = time.Second // see pace.failed

	// So many failed attempts, the last of them while others passed, make a
	// delivery suspicious: it is the cause and not the receiver.
	suspicious = 3
)

// pace says when the next attempt may be made and how much it takes. It reads
// no clock.
//
// After a failure a single delivery is tried until one passes, and then twice
// as many each time: a receiver that is down costs little, and one that comes
// back isn't run over.
type pace struct {
	blocked  time.Duration // how often a blocked sink is tried
	suspense time.Duration // the longest that a suspicious delivery is put off
	most     int           // deliveries of one attempt
	limit    int           // deliveries of the next one
	failures int           // in a row
}

func (p *pace) passed() {
	p.failures = 0
	p.limit = min(2*p.limit, p.most)
}

// failed is how long nothing is sent, and how long what was tried has to wait
// itself: a little longer, so that the next attempt takes another delivery.
// One that makes the receiver fail, and always will, then holds up nothing but
// itself, and soon not often. tries is how often a delivery that was tried
// alone had failed before, 0 for several. chance is 0 to 1, and spreads the
// attempts of many probes.
func (p *pace) failed(out Outcome, tries int, chance float64) (sink, tried time.Duration) {
	p.failures++
	p.limit = 1
	switch {
	case out.RetryAfter > 0: // never earlier than asked for
		sink = min(out.RetryAfter, longestAsked)
		sink += time.Duration(chance * float64(sink) / 10)
	case out.Blocked:
		sink = p.blocked
	default:
		sink = doubled(firstWait, p.failures-1, longestWait)
		sink -= time.Duration(chance * float64(sink) / 5)
	}
	tried = sink + behindTheRest
	if p.failures == 1 && tries >= suspicious {
		tried = max(tried, doubled(longestWait, tries-suspicious, p.suspense))
	}
	return sink, tried
}

// wait is how long a delivery is put off that is held up by something of its
// own, after so many attempts.
func (p *pace) wait(w Wait, tries int) time.Duration {
	if w.For > 0 {
		return max(firstWait, min(w.For, longestAsked))
	}
	d := doubled(firstWait, tries, p.suspense)
	if w.Blocked {
		d = min(d, p.blocked)
	}
	return d
}

// doubled is d, doubled so many times, at most longest.
func doubled(d time.Duration, times int, longest time.Duration) time.Duration {
	for range times {
		if d *= 2; d >= longest {
			return longest
		}
	}
	return d
}
