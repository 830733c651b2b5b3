package daemon

import (
	"context"
	"log/slog"
	"strconv"

	"samui/internal/incident"
	"samui/internal/influx"
	"samui/internal/journey"
	"samui/internal/slack"
	"samui/internal/store"
	"samui/internal/web"
)

// rules are what results of a key count by in this plan.
func (p *plan) rules(key incident.Key) incident.Rules {
	r := incident.Rules{Alerts: p.settings.Alerts, Remind: p.settings.Alerts.Remind}
	if len(p.refused) == 0 || key.Location != p.settings.Location {
		r.Registered = []string{} // not nil: where nothing is registered, everything is forgotten
	}
	if key.Location != p.settings.Location {
		return r // nobody looks from there any more
	}
	for _, j := range p.journeys {
		members := key.Members(j)
		if len(members) == 0 {
			continue
		}
		if key.Kind == incident.KindSite {
			r.Registered = members
			r.Alerts, r.Remind = j.Site.Alerts, j.Site.Alerts.Remind
			return r
		}
		if r.Registered != nil {
			r.Registered = append(r.Registered, members...)
		}
	}
	return r
}

// follow is what results mean for incidents, by the plan that holds when they
// are recorded.
func (d *daemon) follow() store.Follow {
	return store.Follow{
		Rules:   func(key incident.Key) incident.Rules { return d.plan.Load().rules(key) },
		Deliver: d.incidentDeliveries, Changed: d.changed,
	}
}

// incidentDeliveries are what a change has every sink told. InfluxDB gets its
// event as a point; what people are told is rendered when it is sent, so that
// it is never older than it must be.
//
// Of Samui's own troubles it isn't told that one more journey, or one less, is
// concerned: where Chrome is gone that is each of hundreds.
func (d *daemon) incidentDeliveries(c incident.Change) []store.Delivery {
	if c.Incident.Kind != incident.KindSite && c.Event.Kind == incident.Moved {
		return nil
	}
	key := c.Incident.ID + "/" + strconv.Itoa(c.Incident.Revision)
	var all []store.Delivery
	if event, written := eventName(c.Event.Kind); written && d.influx != nil {
		all = append(all, store.Delivery{Sink: influx.Sink, Key: key, Payload: influx.Payload(incidentLine(c.Incident, c.Event, event))})
	}
	if d.slack != nil {
		all = append(all, store.Delivery{Sink: slack.Sink, Key: key, Payload: []byte(c.Incident.ID), Replaces: c.Incident.ID + "/"})
	}
	if d.webhook != nil {
		all = append(all, d.webhookDelivery(c))
	}
	return all
}

// eventName is what an event is called in InfluxDB.
func eventName(kind incident.EventKind) (name string, written bool) {
	switch kind {
	case incident.Opened, incident.Reopened:
		return string(incident.Opened), true
	case incident.Worsened, incident.Acknowledged, incident.Resolution:
		return string(kind), true
	case incident.Improved, incident.Moved, incident.Reminded:
		return "", false
	}
	return "", false
}

func incidentLine(i incident.Incident, e incident.Event, event string) []byte {
	return influx.IncidentLine(influx.Incident{
		At: e.At, Client: i.Client, Site: i.Site, Env: i.Env, Journey: i.Journey, Stage: i.Stage, Step: i.Worst.Step, Location: i.Location,
		Severity: string(e.Severity), Event: event, Title: i.Name(), Cause: e.Text, ID: i.ID,
	})
}

// changed tells everybody of what changed, once it is durable.
func (d *daemon) changed(c incident.Change) {
	for _, r := range d.receivers() {
		r.box.Poke()
	}
	i, e := c.Incident, c.Event
	d.meter.incidents.WithLabelValues(string(i.Kind), string(e.Kind)).Inc()
	level := slog.LevelInfo
	if e.Kind == incident.Moved || e.Kind == incident.Improved {
		level = slog.LevelDebug // nobody has to act
	}
	d.log.Log(context.Background(), level, "an incident changed", "event", string(e.Kind), "incident_id", i.ID, "site", i.Site, "journey", i.Journey, "severity", string(e.Severity), "cause", e.Text)
	if d.Changed != nil {
		d.toldMu.Lock()
		defer d.toldMu.Unlock()
		d.Changed(c)
	}
}

// acknowledge notes that somebody takes care of an incident.
func (d *daemon) acknowledge(ctx context.Context, id, by string) (bool, error) {
	return d.store.Acknowledge(ctx, id, by, d.follow())
}

// retire ends the incidents of what the plan doesn't have any more. That some
// stay open is told and keeps nothing from its work.
func (d *daemon) retire(ctx context.Context) {
	if err := d.store.Retire(ctx, d.follow()); err != nil && ctx.Err() == nil {
		d.log.Error("ending incidents of what isn't registered any more", "error", err)
	}
}

// siteOf is a site as the plan has it, by ID; of one that it doesn't have only
// the ID is known.
func (p *plan) siteOf(id string) journey.Site {
	for _, s := range p.settings.Sites {
		if s.ID == id {
			return s.Site
		}
	}
	for _, j := range p.journeys {
		if j.Site.ID == id {
			return j.Site
		}
	}
	return journey.Site{ID: id, Title: id}
}

// incidentBook is what the page knows of incidents.
type incidentBook struct{ d *daemon }

func (b incidentBook) Incidents(ctx context.Context, q web.IncidentQuery) ([]incident.Incident, error) {
	return b.d.store.Incidents(ctx, store.IncidentQuery(q))
}

func (b incidentBook) Incident(ctx context.Context, id string) (incident.Incident, bool, error) {
	return b.d.store.Incident(ctx, id)
}

func (b incidentBook) Acknowledge(ctx context.Context, id, by string) (bool, error) {
	return b.d.acknowledge(ctx, id, by)
}
