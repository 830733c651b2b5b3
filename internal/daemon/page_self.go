package daemon

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"samui/internal/outbox"
	"samui/internal/store"
	"samui/internal/web"
)

const (
	// mostDeliveries bounds those that the page lists.
	mostDeliveries = 50
	// recentRuns is how far back the browser is looked for: runs that nobody
	// walked don't name it.
	recentRuns = 20
)

// pageSelf is what Samui itself is doing, for the page.
func (d *daemon) pageSelf(ctx context.Context) (*web.Self, error) {
	deliveries, err := d.store.Deliveries(ctx, mostDeliveries)
	if err != nil {
		return nil, err
	}
	name, err := d.browserName(ctx)
	if err != nil {
		return nil, err
	}
	s := d.scheduler.Status()
	self := &web.Self{
		Parts: []web.Part{
			d.chromePart(), d.storePart(ctx),
			sinkPart("InfluxDB", d.influx), sinkPart("Slack", d.slack), sinkPart("Webhook", d.webhook),
		},
		Running: s.Running, Queued: s.Queued, Lag: s.Lag, Due: s.Due, Done: s.Done, Missed: s.Missed,
		Browser: name, NoSandbox: d.chrome.isNeeded() && (d.NoSandbox || !d.Settings.Chrome.Sandbox),
	}
	c := d.capacity()
	self.Admitted, self.Fixed, self.Carries, self.Offered = c.admitted, d.admission.fixed, c.carries, c.due
	self.MayRise = d.admission.mayRise(time.Now())
	for _, one := range deliveries {
		self.Deliveries = append(self.Deliveries, web.Delivery{
			ID: one.ID, Sink: one.Sink, Refused: one.State == store.Refused,
			Created: one.Created, Due: one.Due, Attempts: one.Attempts, Reason: one.Reason,
		})
	}
	for _, r := range d.receivers() {
		status := r.box.Status()
		self.More += status.Depth + status.Refused
	}
	self.More = max(0, self.More-len(deliveries))
	return self, nil
}

func (d *daemon) chromePart() web.Part {
	part := web.Part{Name: "Chrome", State: d.chrome.word()}
	switch err := d.chrome.err(); {
	case err != nil:
		part.State, part.Reason, part.Hint = "down", err.Error(), hintOf(err, "samui doctor says what is missing")
	case part.State == "off":
		part.Reason = "no journey needs it: all of them are API calls alone"
		return part
	}
	part.Detail = fmt.Sprintf("%d MB, started again %d times", d.chrome.memory()>>20, d.chrome.restarts())
	return part
}

func (d *daemon) storePart(ctx context.Context) web.Part {
	part := web.Part{Name: "Results", State: "ok", Detail: d.Settings.Data}
	if err := d.store.Healthy(ctx); err != nil {
		part.State, part.Reason, part.Hint = "down", err.Error(), hintOf(err, "")
	}
	return part
}

// hintOf is what an error says about what to do, else what is said here.
func hintOf(err error, otherwise string) string {
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		return hinted.Hint()
	}
	return otherwise
}

// sinkPart is what results are sent to; nil is off.
func sinkPart(name string, sink *outbox.Outbox) web.Part {
	s := sink.Status()
	part := web.Part{Name: name, State: string(s.State), Reason: s.Reason, Hint: s.Hint}
	var known []string
	if s.Depth > 0 {
		known = append(known, fmt.Sprintf("%d wait, the oldest for %s", s.Depth, s.Oldest.Round(time.Second)))
	}
	if s.Refused > 0 {
		known = append(known, fmt.Sprintf("%d refused", s.Refused))
	}
	if s.Dropped > 0 {
		known = append(known, fmt.Sprintf("%d given up", s.Dropped))
	}
	part.Detail = strings.Join(known, "; ")
	return part
}

// browserName is what did the newest visits; empty where none was walked.
func (d *daemon) browserName(ctx context.Context) (string, error) {
	runs, err := d.store.Runs(ctx, store.Query{Limit: recentRuns})
	if err != nil {
		return "", err
	}
	for _, run := range runs {
		if run.Browser != nil {
			return run.Browser.Name + " " + run.Browser.Version, nil
		}
	}
	return "", nil
}
