package daemon

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/outbox"
	"samui/internal/slack"
	"samui/internal/store"
)

// newSlack is Slack's sender, or nil where nobody is told there.
func (d *daemon) newSlack() (*slack.Sender, error) {
	s := d.Settings.Slack
	if s == nil {
		return nil, nil
	}
	sender, err := slack.New(slack.Options{
		Token: s.Token, Webhook: s.Webhook, Channel: s.Channel, Ops: s.Ops, Mention: s.Mention, APIURL: s.APIURL,
		PublicURL: d.Settings.PublicURL, Memory: slackMemory{d.store}, Notice: d.notice, Logger: d.log,
	})
	if err != nil {
		return nil, fmt.Errorf("preparing Slack: %w", err)
	}
	return sender, nil
}

// slackSink is Slack as the outbox wants it. A delivery's payload is the ID of
// an incident.
type slackSink struct{ to *slack.Sender }

// Send implements [outbox.Sender].
func (s slackSink) Send(ctx context.Context, batch []store.Delivery) outbox.Outcome {
	asked := make([]slack.Delivery, 0, len(batch))
	for _, d := range batch {
		asked = append(asked, slack.Delivery{ID: d.ID, Incident: string(d.Payload), Attempts: d.Attempts})
	}
	r := s.to.Send(ctx, asked)
	out := outbox.Outcome{Delivered: r.Delivered, Refused: r.Refused, Later: map[int64]outbox.Wait{}, RetryAfter: r.RetryAfter, Err: r.Err, Blocked: r.Blocked}
	for id, w := range r.Later {
		out.Later[id] = outbox.Wait(w)
	}
	return out
}

// slackMemory is the store as Slack's sender remembers with it.
type slackMemory struct{ *store.Store }

func (m slackMemory) Thread(ctx context.Context, id string) (t slack.Thread, found bool, err error) {
	message, found, err := m.Message(ctx, slack.Sink, id)
	if err != nil || !found {
		return slack.Thread{}, false, err
	}
	if err := json.Unmarshal(message.JSON, &t); err != nil {
		return slack.Thread{}, false, nil //nolint:nilerr // told twice rather than never again
	}
	return t, true, nil
}

// threadsWithin is how long what was told is of interest to what is told next.
const threadsWithin = time.Hour

func (m slackMemory) Threads(ctx context.Context, site string) ([]slack.Thread, error) {
	messages, err := m.Messages(ctx, slack.Sink, site)
	if err != nil {
		return nil, err
	}
	var threads []slack.Thread
	now := time.Now()
	for _, message := range messages {
		var t slack.Thread
		if err := json.Unmarshal(message.JSON, &t); err != nil {
			continue // it helps to decide about others, and is told again itself
		}
		if t.Open || now.Sub(t.Posted) < threadsWithin || now.Sub(t.Joined) < threadsWithin {
			threads = append(threads, t)
		}
	}
	return threads, nil
}

func (m slackMemory) Keep(ctx context.Context, t slack.Thread) error {
	data, err := json.Marshal(t)
	if err != nil {
		panic("BUG: what was told can't be encoded: " + err.Error())
	}
	return m.KeepMessage(ctx, store.Message{Sink: slack.Sink, Thread: t.ID, Site: t.Site, JSON: data})
}

// notice is an incident as it is now, with what its message says beside it.
func (d *daemon) notice(ctx context.Context, id string) (n slack.Notice, found bool, err error) {
	i, found, err := d.store.Incident(ctx, id)
	if err != nil || !found {
		return slack.Notice{}, false, err
	}
	p := d.plan.Load()
	site := p.siteOf(i.Site)
	n = slack.Notice{Incident: i, SiteTitle: site.Title, Timezone: site.Timezone, Channel: site.Slack}
	if i.Kind != incident.KindSite {
		return n, true, nil
	}
	usual, known, err := d.store.Usual(ctx, journey.Slot{Site: i.Site, Journey: i.Journey, Device: i.Worst.Device, Location: i.Location, At: i.Since}, i.Worst.Step)
	if err != nil {
		return slack.Notice{}, false, err
	}
	if known {
		n.UsualMs = &usual
	}
	if i.Worst.Picture == "" {
		return n, true, nil
	}
	shown, err := d.mayShow(ctx, p, i)
	if err != nil {
		return slack.Notice{}, false, err
	}
	if shown {
		n.Picture = filepath.Join(d.pictures, filepath.FromSlash(i.Worst.Picture))
	}
	return n, true, nil
}

// mayShow reports whether the picture of an incident may leave: what is typed
// or saved in a journey with secrets may show on any of its pages. That is known of the
// journey as it is now, and of the picture only if it is of this journey.
func (d *daemon) mayShow(ctx context.Context, p *plan, i incident.Incident) (bool, error) {
	j, registered := p.journey(i.Site, i.Journey)
	if !registered || j.HoldsSecrets() {
		return false, nil
	}
	run, found, err := d.store.Run(ctx, i.Worst.RunID)
	return found && run.Revision == j.Revision(), err
}
