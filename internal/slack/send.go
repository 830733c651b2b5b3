package slack

import (
	"cmp"
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
}

// Result is what became of a batch: what is in neither list has to wait.
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
		result: Result{Refused: map[int64]string{}},
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
	id      string
	storm   bool
	ids     []int64 // the deliveries that it settles
	notice  Notice  // of a storm: of one of its incidents
	channel string
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
	jobs := map[string]*job{}
	for _, d := range batch {
		if j := jobs[d.Incident]; j != nil {
			j.ids = append(j.ids, d.ID)
			continue
		}
		n, known, err := r.o.Notice(ctx, d.Incident)
		if err != nil {
			return ended(ctx, fmt.Errorf("reading incident %q: %w", d.Incident, err))
		}
		j := &job{id: d.Incident, ids: []int64{d.ID}, notice: n, channel: r.channel(n)}
		jobs[d.Incident] = j
		if known {
			r.jobs = append(r.jobs, j)
		}
	}
	for _, j := range jobs {
		if !slices.Contains(r.jobs, j) {
			r.result.Delivered = append(r.result.Delivered, j.ids...)
		}
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

// note writes down why a job wasn't done; it reports whether others may be.
func (r *round) note(j *job, err error) bool {
	switch meansOf(err) {
	case badForm:
		for _, id := range j.ids {
			r.result.Refused[id] = err.Error()
		}
		return true
	case shutHere:
		r.closed[j.channel] = err
		r.fail(err)
		return true
	case unsettled:
		r.fail(err)
		return true
	case unclear, again, waiting, limitedOut, shut, vanished, unchanging, unreadable:
	}
	r.fail(err)
	return false
}

// fail says why something waits. What concerns all hides what concerns one.
func (r *round) fail(err error) {
	m := meansOf(err)
	r.result.RetryAfter = max(r.result.RetryAfter, retryOf(err))
	if r.result.Err != nil && (m == shutHere || m == unsettled) {
		return
	}
	r.result.Err, r.result.Blocked = err, m == shut || m == shutHere
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
		t = Thread{ID: j.id, Site: j.notice.Incident.Site, Channel: j.channel}
	}
	j.channel = cmp.Or(t.Channel, j.channel) // the message stays where it is
	if err := r.closed[j.channel]; err != nil {
		return err
	}
	if t.Storm == "" && !t.begun() && j.notice.Incident.Kind == incident.KindSite {
		if err := r.gather(ctx, &t, j, now); err != nil {
			return err
		}
	}
	if t.Storm != "" {
		return r.joinStorm(ctx, t, j)
	}
	loud, err := r.desk.tell(ctx, &t, func(t Thread) story { return r.teller.incident(j.notice, t, time.Now()) })
	if err != nil {
		return err
	}
	r.wantPicture(j.notice, t, loud)
	r.result.Delivered = append(r.result.Delivered, j.ids...)
	return nil
}
