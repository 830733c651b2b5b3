package outbox

import "time"

const (
	firstWait     = time.Second
	longestWait   = time.Minute
	blockedWait   = 30 * time.Second
	longestAsked  = time.Hour        // the longest Retry-After that is believed
	idle          = 10 * time.Second // how often deliveries that nobody poked for are looked for
	trimEvery     = time.Minute
	behindTheRest = time.Second // see pace.failed
)

// pace says when the next attempt may be made and how much it takes. It reads
// no clock.
//
// After a failure a single delivery is tried until one passes, and then twice
// as many each time: a receiver that is down costs little, and one that comes
// back isn't run over.
type pace struct {
	most     int // deliveries of one attempt
	limit    int // deliveries of the next one
	failures int // in a row
}

func (p *pace) passed() {
	p.failures = 0
	p.limit = min(2*p.limit, p.most)
}

// failed is how long nothing is sent, and how long what was tried has to wait
// itself: a little longer, so that the next attempt takes another delivery.
// One that makes the receiver fail, and always will, then holds up nothing but
// itself. chance is 0 to 1, and spreads the attempts of many probes.
func (p *pace) failed(out Outcome, chance float64) (sink, tried time.Duration) {
	p.failures++
	p.limit = 1
	var wait time.Duration
	switch {
	case out.RetryAfter > 0: // never earlier than asked for
		wait = min(out.RetryAfter, longestAsked)
		wait += time.Duration(chance * float64(wait) / 10)
	case out.Blocked:
		wait = blockedWait
	default:
		wait = longestWait
		if doublings := p.failures - 1; doublings < 6 {
			wait = firstWait << doublings
		}
		wait -= time.Duration(chance * float64(wait) / 5)
	}
	return wait, wait + behindTheRest
}
