package slack

import (
	"context"
	"fmt"
	"time"

	"samui/internal/incident"
)

// gathering is a storm in a batch.
type gathering struct {
	thread   Thread
	revision int  // of its members, once one changed in this batch
	job      *job // to tell of it; nil = told
}

// gather decides whether an incident gets a message of its own, and has it
// remembered.
func (r *round) gather(ctx context.Context, t *Thread, j *job, now time.Time) error {
	others, err := r.o.Memory.Threads(ctx, t.Site)
	if err != nil {
		return ended(ctx, fmt.Errorf("reading what was told about %q: %w", t.Site, err))
	}
	storm, yes := gathered(t.ID, t.Channel, others, now)
	if !yes {
		return nil
	}
	t.Storm, t.Joined = storm, now.Round(0).UTC()
	t.Open = j.notice.Incident.State == incident.Open
	t.Late = !t.Open
	return keep(ctx, r.o.Memory, t)
}

// joinStorm has a storm say how an incident is. It is told, and kept, when all
// incidents of the batch that are in it have joined; until then their
// deliveries wait.
func (r *round) joinStorm(ctx context.Context, member Thread, j *job) error {
	if open := j.notice.Incident.State == incident.Open; open != member.Open {
		member.Open = open
		if err := keep(ctx, r.o.Memory, &member); err != nil {
			return err
		}
	}
	id := member.Storm
	g := r.storms[id]
	if g == nil {
		t, found, err := r.o.Memory.Thread(ctx, id)
		if err != nil {
			return ended(ctx, fmt.Errorf("reading what was told of %q: %w", id, err))
		}
		if !found {
			t = Thread{ID: id, Site: j.notice.Incident.Site}
		}
		if !t.begun() {
			t.Channel = j.wanted
		}
		g = &gathering{thread: t, revision: t.Revision + 1}
		r.storms[id] = g
	}
	if g.job == nil {
		g.job = &job{id: id, storm: true, notice: j.notice, wanted: j.wanted, channel: g.thread.Channel}
		r.jobs = append(r.jobs, g.job)
	}
	g.job.ids, g.job.attempts = append(g.job.ids, j.ids...), max(g.job.attempts, j.attempts)
	if g.thread.join(j.notice, g.revision) {
		g.thread.Revision, g.thread.Open = g.revision, true
	}
	return nil
}

func (r *round) tellStorm(ctx context.Context, j *job) error {
	g := r.storms[j.id]
	g.job, g.revision = nil, g.thread.Revision+1
	compose := func(t Thread) story {
		if r.hook != nil {
			return r.teller.stormNews(t, j.notice, time.Now())
		}
		return r.teller.storm(t, j.notice, time.Now())
	}
	if _, err := r.tell(ctx, &g.thread, j, compose); err != nil {
		return err
	}
	r.result.Delivered = append(r.result.Delivered, j.ids...)
	return nil
}
