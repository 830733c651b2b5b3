package slack

import (
	"fmt"
	"slices"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// story is what there is to tell, seen from what was told before.
type story struct {
	revision int // of what the message shows
	root     message
	open     bool
	severity journey.Outcome // empty where it is over
	reply    *reply          // what else they must hear of; nil = nothing
}

// reply is what is said in the thread of a message.
type reply struct {
	part  string // unique in the thread
	short message
	// full is for where there is no message above it: an incoming webhook.
	full      message
	broadcast bool // shown in the channel too: this is how people notice
}

// teller makes stories.
type teller struct {
	pages   pages
	mention mrkdwn
}

// incident is the story of an incident, with what t says was told of it.
func (x teller) incident(n Notice, t Thread, now time.Time) story {
	i := n.Incident
	s := story{
		revision: i.Revision, open: i.State == incident.Open,
		root: message{head: headline(n, now), rows: details(n, now), links: x.pages.links(i)},
	}
	if s.open {
		s.severity = i.Severity
	}
	if severe(i) {
		s.root.mention = x.root(t)
	}
	kind := news(i, t, now)
	if kind == "" {
		return s
	}
	r := &reply{part: fmt.Sprintf("event-%d", i.Revision), broadcast: kind != incident.Resolution}
	head := s.root.head
	switch kind {
	case incident.Worsened:
		head = "Worse now: " + head
	case incident.Reopened:
		head = "It is back: " + head
	case incident.Reminded:
		head = "It goes on: " + head
	case incident.Opened, incident.Improved, incident.Moved, incident.Acknowledged, incident.Resolution:
	}
	r.short = message{head: head}
	if r.broadcast {
		r.short.links = s.root.links
		if severe(i) {
			r.short.mention = x.mention
		}
	}
	r.full = s.root
	r.full.head, r.full.mention = r.short.head, r.short.mention
	s.reply = r
	return s
}

// root is who is called by a message of something severe: an edit calls nobody,
// so who was called stays on it, and nobody is put there later.
func (x teller) root(t Thread) mrkdwn {
	if t.TS == "" || t.Mentioned {
		return x.mention
	}
	return ""
}

// news is what people must hear of, beside the message that shows how it is;
// empty = nothing. What is over isn't news: a worsening that was resolved, or
// got better again. Of several the strongest stands for all, a return before a
// worsening before a reminder. How bad it is is held against what people heard,
// and not against what happened while nobody told them.
func news(i incident.Incident, t Thread, now time.Time) incident.EventKind {
	happened := func(kind incident.EventKind) bool {
		return slices.ContainsFunc(i.Events, func(e incident.Event) bool {
			over := kind == incident.Worsened && i.Severity.Level() < e.Severity.Level()
			return e.Kind == kind && e.Revision > t.Told && !over
		})
	}
	switch {
	case i.State != incident.Open:
		if happened(incident.Resolution) {
			return incident.Resolution
		}
	case happened(incident.Reopened):
		return incident.Reopened
	case t.Heard != "" && i.Severity.Level() > t.heard(now).Level() || happened(incident.Worsened):
		return incident.Worsened
	case happened(incident.Reminded):
		return incident.Reminded
	}
	return ""
}
