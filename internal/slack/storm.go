package slack

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

const (
	// So many messages of one site within this time are enough: what opens then
	// shares one, until nothing joined for as long, or the message is old.
	stormAfter  = 3
	stormWindow = 10 * time.Minute
	stormLasts  = time.Hour

	stormPrefix = "storm-"
)

// gathered says whether an incident that was never told shares a message, and
// names the storm that it joins. others are the threads of its site.
//
// A message counts while its incident is open, or if that was over before
// anybody heard of it: so what a long outage of Slack left behind is gathered
// too, and an incident after others were resolved gets a message of its own.
func gathered(id, channel string, others []Thread, now time.Time) (storm string, yes bool) {
	old := func(storm string) bool {
		return slices.ContainsFunc(others, func(t Thread) bool {
			return t.ID == storm && !t.Posted.IsZero() && now.Sub(t.Posted) >= stormLasts
		})
	}
	messages := 0
	recent := func(at time.Time) bool { return now.Sub(at) < stormWindow }
	for _, t := range others {
		if t.Channel != channel || t.ID == id || t.isStorm() || !t.Open && !t.Late {
			continue
		}
		switch {
		case t.Storm != "" && recent(t.Joined):
			if !old(t.Storm) {
				return t.Storm, true
			}
			messages = stormAfter // the next one
		case t.Storm == "" && t.begun() && (t.Posting != nil || recent(t.Posted)):
			messages++
		}
	}
	return stormPrefix + id, messages >= stormAfter
}

// join writes into a storm how an incident is; it reports whether that is new.
func (t *Thread) join(n Notice, revision int) bool {
	i := n.Incident
	m := Member{Incident: i.ID, Journey: i.Journey, Line: storyLine(n), Severity: i.Severity, Open: i.State == incident.Open, Since: i.Since.Round(0).UTC(), Joined: revision}
	if i.ResolvedAt != nil {
		m.Ended = i.ResolvedAt.Round(0).UTC()
	}
	for _, e := range i.Events {
		if e.Kind == incident.Reminded {
			m.Reminder = e.Revision
		}
	}
	at := slices.IndexFunc(t.Members, func(m Member) bool { return m.Incident == i.ID })
	if at < 0 {
		t.Members = append(t.Members, m)
		return true
	}
	old := t.Members[at]
	if m.Reminded = old.Reminded; m.Reminder > old.Reminder {
		m.Reminded = revision
	}
	if m.Joined = old.Joined; m == old {
		return false
	}
	t.Members[at] = m
	return true
}

// storyLine is an incident in the list of a storm.
func storyLine(n Notice) string {
	i := n.Incident
	name := named(cmp.Or(i.Title, i.Journey), 50)
	if i.Worst.StepTitle != "" {
		name += " › " + named(i.Worst.StepTitle, 40)
	}
	switch {
	case i.Worst.WaitMs != nil && i.Worst.Message == "":
		name += " " + seconds(*i.Worst.WaitMs)
	case i.Worst.Message != "":
		name += ": " + sentence(i.Worst.Message, 40)
	}
	if i.Ack != nil && i.State == incident.Open {
		name += " · acknowledged"
	}
	return name
}

// storm is the story of a storm. n is a notice of one of its incidents.
func (x teller) storm(t Thread, n Notice, now time.Time) story {
	worst, open := worstOf(t.Members)
	s := story{revision: t.Revision, open: open}
	s.root = x.stormMessage(t.Members, n, worst, s.open, now)
	if s.open {
		s.severity = worst
	}
	if s.open && severeOutcome(worst) {
		s.root.mention = x.root(t)
	}
	s.reply = x.stormReply(t, s, now)
	return s
}

// stormReply is what is told in the thread: that the worst is worse than what
// people heard, that it goes on, or that all is well.
func (x teller) stormReply(t Thread, s story, now time.Time) *reply {
	open := func(is func(Member) bool) bool {
		return slices.ContainsFunc(t.Members, func(m Member) bool { return m.Open && is(m) })
	}
	r := &reply{part: fmt.Sprintf("storm-%d", t.Revision), broadcast: true}
	head := s.root.head
	switch {
	case !s.open && t.Heard == "":
		return nil
	case !s.open:
		r.broadcast = false
	case t.Heard == "" && open(func(m Member) bool { return m.Joined <= t.Told }):
		head = "It is back: " + head
	case t.Heard == "":
		head = "More of it: " + head
	case s.severity.Level() > t.heard(now).Level():
		head = "Worse now: " + head
	case open(func(m Member) bool { return m.Reminded > t.Told }) && now.Sub(t.Last) >= calm: // one for all
		head = "It goes on: " + head
	default:
		return nil
	}
	r.short = message{head: head, links: s.root.links}
	if r.broadcast && severeOutcome(s.severity) {
		r.short.mention = x.mention
	}
	r.full = s.root
	r.full.head, r.full.mention = r.short.head, r.short.mention
	return r
}

// stormNews is the story for where a message can't be edited: who joined since
// the last one is news too.
func (x teller) stormNews(t Thread, n Notice, now time.Time) story {
	s := x.storm(t, n, now)
	joined := slices.DeleteFunc(slices.Clone(t.Members), func(m Member) bool { return m.Joined <= t.Told })
	if s.reply != nil || len(joined) == 0 || len(joined) == len(t.Members) || !s.open {
		return s // what it says of all it says of those who joined too
	}
	worst, open := worstOf(joined)
	r := &reply{part: fmt.Sprintf("storm-%d", t.Revision), full: x.stormMessage(joined, n, worst, open, now)}
	if open && severeOutcome(worst) {
		r.full.mention = x.mention
	}
	s.reply = r
	return s
}

// worstOf is how bad the worst of those is that are open, if any is.
func worstOf(members []Member) (worst journey.Outcome, open bool) {
	worst = journey.Good
	for _, m := range members {
		if m.Open {
			open = true
			if m.Severity.Level() > worst.Level() {
				worst = m.Severity
			}
		}
	}
	return worst, open
}

func (x teller) stormMessage(members []Member, n Notice, worst journey.Outcome, open bool, now time.Time) message {
	f := faceOfSeverity(worst)
	if !open {
		f = face{"✅", "RESOLVED"}
	}
	var since, ended time.Time
	journeys, still := map[string]bool{}, map[string]bool{}
	for _, m := range members {
		journeys[m.Journey] = true
		if m.Open {
			still[m.Journey] = true
		}
		if since.IsZero() || m.Since.Before(since) {
			since = m.Since
		}
		if m.Ended.After(ended) {
			ended = m.Ended
		}
	}
	about := count(len(journeys), "more journey", "more journeys")
	if open && len(still) < len(journeys) {
		about = fmt.Sprintf("%d of %s", len(still), about)
	}
	tail := "since " + clock(since, n.zone(), now)
	if !open {
		tail = "lasted " + lasted(ended.Sub(since))
	}
	if n.who() != n.site() {
		about += " of " + n.site()
	}
	head := strings.Join([]string{f.sign + " " + f.word + " " + n.who(), about, tail}, " · ")
	m := message{head: head, items: x.stormItems(members)}
	if x.pages.base != "" {
		m.links = []link{{"All incidents", x.pages.base + "/incidents"}}
	}
	return m
}

// stormItems lists the open ones first, the worst before the others.
func (x teller) stormItems(members []Member) (items []item) {
	rank := func(m Member) int {
		if !m.Open {
			return -1
		}
		return m.Severity.Level()
	}
	sorted := slices.SortedStableFunc(slices.Values(members), func(a, b Member) int { return cmp.Compare(rank(b), rank(a)) })
	for _, m := range sorted {
		sign := faceOfSeverity(m.Severity).sign
		if !m.Open {
			sign = "✅"
		}
		items = append(items, item{sign + " " + m.Line, x.pages.incident(m.Incident)})
	}
	return items
}
