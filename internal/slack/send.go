package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"samui/internal/incident"
)

// enough is how long a batch is told; what is left then waits for the next.
const enough = time.Minute

// Delivery asks that an incident be told as it is now.
type Delivery struct {
	ID       int64
	Incident string
	Attempts int // that failed
}

// Result is what became of a batch: what is in no list has to wait.
type Result struct {
	Delivered  []int64
	Refused    map[int64]string // why, by id: these will never pass as they are
	Later      map[int64]Wait   // by id: what waits while others pass
	RetryAfter time.Duration    // what Slack asked for; 0 = nothing
	Err        error            // why the rest waits
	Blocked    bool             // nothing passes until somebody acts
}

// Wait is why a delivery waits that is held up by something of its own.
type Wait struct {
	For     time.Duration // 0 = longer each time
	Why     error
	Blocked bool // until somebody acts
}

// Send tells of each incident of a batch once, as it is now, at most one
// message a second in a channel, and so many as a minute holds.
//
// What is wrong with one channel keeps nothing from the others. Where Slack as
// a whole doesn't answer, or wants to be left alone, the rest waits.
func (s *Sender) Send(ctx context.Context, batch []Delivery) Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &round{
		Sender: s, begun: time.Now(), closed: map[string]error{}, storms: map[string]*gathering{},
		result: Result{Refused: map[int64]string{}, Later: map[int64]Wait{}},
	}
	if err := r.collect(ctx, batch); err != nil {
		r.fail(err)
		return r.result
	}
	r.tellAll(ctx)
	r.showPictures(ctx)
	return r.result
}

// job is an incident to be told of, or a storm.
type job struct {
	id       string
	storm    bool
	ids      []int64 // the deliveries that it settles
	attempts int     // the most that failed of one of them
	notice   Notice  // of a storm: of one of its incidents
	wanted   string  // the channel, as the settings have it
	channel  string  // where the message is, or will be
}

// round is the telling of one batch.
type round struct {
	*Sender
	begun    time.Time
	jobs     []*job
	closed   map[string]error      // channels in which nothing passes, by name
	storms   map[string]*gathering // those that incidents of the batch are in
	pictures []picture
	result   Result
}

// collect makes one job of all deliveries of an incident. An incident that is
// known no more can't be told.
func (r *round) collect(ctx context.Context, batch []Delivery) error {
	jobs := map[string]*job{} // nil = the incident is known no more
	for _, d := range batch {
		j, met := jobs[d.Incident]
		if !met {
			n, known, err := r.o.Notice(ctx, d.Incident)
			if err != nil {
				return ended(ctx, fmt.Errorf("reading incident %q: %w", d.Incident, err))
			}
			if known {
				j = &job{id: d.Incident, notice: n, wanted: r.channel(n), channel: r.channel(n)}
				r.jobs = append(r.jobs, j)
			}
			jobs[d.Incident] = j
		}
		if j == nil {
			r.result.Delivered = append(r.result.Delivered, d.ID)
			continue
		}
		j.ids, j.attempts = append(j.ids, d.ID), max(j.attempts, d.Attempts)
	}
	return nil
}

// tellAll does one job after the other, first those whose channel may have a
// message soonest.
func (r *round) tellAll(ctx context.Context) {
	for len(r.jobs) > 0 {
		now := time.Now()
		if now.Sub(r.begun) > enough {
			r.fail(&Error{Method: "chat.postMessage", meaning: waiting, Text: fmt.Sprintf("%d incidents wait their turn: one message a second and channel", len(r.jobs))})
			return
		}
		next := 0
		for i, j := range r.jobs {
			if r.pace.ready(r.key(j.channel), now) < r.pace.ready(r.key(r.jobs[next].channel), now) {
				next = i
			}
		}
		j := r.jobs[next]
		r.jobs = slices.Delete(r.jobs, next, next+1)
		if err := r.do(ctx, j, now); err != nil && !r.note(j, err) {
			return
		}
	}
}

// key is a channel for the pacer.
func (r *round) key(channel string) string {
	if r.hook != nil {
		return everyHook
	}
	return channel
}

// stubborn is after how many attempts somebody is to look at what Slack refuses
// for a reason that we don't know.
const stubborn = 5

// note writes down why a job wasn't done; it reports whether others may be.
func (r *round) note(j *job, err error) bool {
	m := meansOf(err)
	switch m {
	case badForm:
		for _, id := range j.ids {
			r.result.Refused[id] = err.Error()
		}
		return true
	case shutHere, unsettled, unknown:
		w := Wait{For: retryOf(err), Why: err, Blocked: m == shutHere || m == unknown && j.attempts >= stubborn}
		for _, id := range j.ids {
			r.result.Later[id] = w
		}
		return true
	case unclear, unsent, waiting, limitedOut, shut, vanished, unchanging, unreadable:
	}
	r.fail(err)
	return false
}

// fail says why everything waits.
func (r *round) fail(err error) {
	r.result.Err, r.result.RetryAfter, r.result.Blocked = err, retryOf(err), meansOf(err) == shut
}

func retryOf(err error) time.Duration {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.RetryAfter
	}
	return 0
}

// do tells of one incident, or of a storm.
func (r *round) do(ctx context.Context, j *job, now time.Time) error {
	if err := ended(ctx, nil); err != nil {
		return err
	}
	if j.storm {
		return r.tellStorm(ctx, j)
	}
	t, found, err := r.o.Memory.Thread(ctx, j.id)
	if err != nil {
		return ended(ctx, fmt.Errorf("reading what was told of %q: %w", j.id, err))
	}
	if !found {
		t = Thread{ID: j.id, Site: j.notice.Incident.Site}
	}
	if !t.begun() {
		t.Channel = j.wanted
	}
	j.channel = t.Channel // the message stays where it is
	if t.Storm == "" && !t.begun() && j.notice.Incident.Kind == incident.KindSite {
		if err := r.gather(ctx, &t, j, now); err != nil {
			return err
		}
	}
	if t.Storm != "" {
		return r.joinStorm(ctx, t, j)
	}
	loud, err := r.tell(ctx, &t, j, func(t Thread) story { return r.teller.incident(j.notice, t, time.Now()) })
	if err != nil {
		return err
	}
	r.wantPicture(j.notice, t, loud)
	r.result.Delivered = append(r.result.Delivered, j.ids...)
	return nil
}

// tell tells where the message is. Where nothing passes there any more and the
// settings name another channel by now, it is told anew in that one.
func (r *round) tell(ctx context.Context, t *Thread, j *job, compose func(Thread) story) (loud bool, err error) {
	for {
		err := r.closed[t.Channel]
		if err == nil {
			loud, err = r.desk.tell(ctx, t, compose)
		}
		if err == nil || meansOf(err) != shutHere {
			return loud, err
		}
		r.closed[t.Channel] = err
		if t.Channel == j.wanted {
			return false, err
		}
		t.leave()
		t.Channel, j.channel = j.wanted, j.wanted
	}
}
