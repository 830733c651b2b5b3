package config

import (
	"fmt"
	"reflect"
	"time"

	"samui/internal/journey"
)

// checkCertain reports what can't go well on any visit, and what no visit ever
// comes to. It looks at the finished journey, so that it sees what all keys say
// together.
func checkCertain(r reader, root *node, j journey.Journey) {
	for _, s := range j.Steps {
		checkExpectations(r, s)
		checkPauses(r, s)
	}
	checkReached(r, j)
	checkActive(r, root, j.Schedule)
}

// paused is how long a step's pauses take, and the last of them.
func paused(s journey.Step) (sum time.Duration, last journey.Pos) {
	for _, a := range s.Do {
		if a.Verb == journey.Pause {
			sum += a.Pause
			last = a.Pos
		}
	}
	return sum, last
}

// checkPauses holds a step's pauses against its timeout, which goes on while
// nothing is done.
func checkPauses(r reader, s journey.Step) {
	sum, at := paused(s)
	if sum > 0 && sum >= s.Timeout {
		r.in("step "+quoted(s.ID)).fail(placed(at), fmt.Sprintf("the pauses take %s, and the step's timeout is %s, so that it always fails", short(sum), short(s.Timeout)),
			"a timeout longer than the pauses", "write timeout: "+longer(sum)+", or shorter pauses")
	}
}

// surelyWalked reports whether a step says nothing but what is known here:
// whatever else it says may make a visit pass it over.
func surelyWalked(s journey.Step) bool {
	return reflect.DeepEqual(s, journey.Step{ID: s.ID, Title: s.Title, Do: s.Do, Expect: s.Expect, Save: s.Save, Thresholds: s.Thresholds, Timeout: s.Timeout, Always: s.Always, Pos: s.Pos})
}

// checkReached looks for the first step to which no visit comes, because
// pauses and pace alone take all of the run's time. Steps that always run have
// time of their own.
func checkReached(r reader, j journey.Journey) {
	var idle time.Duration
	first := true
	for _, s := range j.Steps {
		if !surelyWalked(s) {
			continue // and takes no time for sure
		}
		if !first {
			idle += j.Pace
		}
		first = false
		if idle >= j.Timeout && !s.Always {
			r.in("step "+quoted(s.ID)).fail(placed(s.Pos), fmt.Sprintf("no visit comes to it: pauses and pace before it take %s, and the run's timeout is %s", short(idle), short(j.Timeout)),
				"a timeout longer than that", "give the journey timeout: "+longer(idle)+", or a shorter pace:")
			return
		}
		sum, _ := paused(s)
		idle += sum
	}
}

// checkActive reports hours and days at which the cron expression never comes.
// The day on which clocks change apart, that is a journey nobody ever walks.
func checkActive(r reader, root *node, s journey.Schedule) {
	if s.Cron == "" || s.Active == nil {
		return
	}
	times, ok := cronTimes(s.Cron)
	if !ok {
		return
	}
	if len(times.within(*s.Active)) == 0 {
		r.under("active").fail(root.find("active"), "active and cron "+quoted(s.Cron)+" never come together, so that the journey is never walked",
			"hours and days in which cron comes", "cron alone can say both, as in \"*/10 8-22 * * SUN-THU\"")
	}
}
