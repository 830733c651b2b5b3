package slack

import (
	"fmt"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// story is what there is to tell, seen from what was told before.
type story struct {
	revision int // of what the message shows
	root     message
	open     bool
	peak     journey.Outcome // of a storm: see Thread.Peak, once the message is posted
	reply    *reply          // what else they must hear of; nil = nothing
}

// reply is what is said in the thread of a message.
type reply struct {
	part  string // unique in the thread
	short message
	// full is for where there is no message above it: an incoming webhook.
	full      message
	broadcast bool            // shown in the channel too: this is how people notice
	peak      journey.Outcome // of a storm, once it was said
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
	// An edit calls nobody: who was called stays on the message, and nobody is
	// put there later.
	if severe(i) && (!t.begun() || t.Mentioned) {
		s.root.mention = x.mention
	}
	told, found := news(i, t.Told)
	if !found {
		return s
	}
	r := &reply{part: fmt.Sprintf("event-%d", told.Revision), broadcast: told.Kind != incident.Resolution}
	head := s.root.head
	switch told.Kind {
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

// news is the one event after a revision that people must hear of, beside the
// message that shows how it is. What is over isn't news: a worsening that was
// resolved, or got better again. Of several the strongest stands for all, a
// return before a worsening before a reminder, the newest of its kind.
func news(i incident.Incident, after int) (incident.Event, bool) {
	var last incident.Event
	rank := 0
	for _, e := range i.Events {
		if e.Revision <= after {
			continue
		}
		if r := weight(i, e); r > 0 && r >= rank {
			rank, last = r, e
		}
	}
	return last, rank > 0
}

// weight is how much an event is news now; 0 = not at all.
func weight(i incident.Incident, e incident.Event) int {
	open := i.State == incident.Open
	switch e.Kind {
	case incident.Resolution:
		if !open {
			return 4
		}
	case incident.Reopened:
		if open {
			return 3
		}
	case incident.Worsened:
		if open && i.Severity.Level() >= e.Severity.Level() {
			return 2
		}
	case incident.Reminded:
		if open {
			return 1
		}
	case incident.Opened, incident.Improved, incident.Moved, incident.Acknowledged:
	}
	return 0
}
