package slack

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// longestCause is how much of what is wrong the headline says.
const longestCause = 200

// face is how a message begins.
type face struct{ sign, word string }

func faceOf(i incident.Incident) face {
	if i.State == incident.Resolved {
		return face{"✅", "RESOLVED"}
	}
	return faceOfSeverity(i.Severity)
}

func faceOfSeverity(o journey.Outcome) face {
	switch o {
	case journey.Slow:
		return face{"🟡", "SLOW"}
	case journey.Bad:
		return face{"🟠", "BAD"}
	case journey.Critical:
		return face{"🔴", "CRITICAL"}
	case journey.Failed:
		return face{"🔴", "FAILED"}
	case journey.Blocked:
		return face{"⚠️", "BLOCKED"}
	case journey.ProbeError:
		return face{"⚠️", "PROBE ERROR"}
	case journey.Good, journey.Missed, journey.Skipped: // no incident is
	}
	return face{"⚠️", strings.ToUpper(line(string(o), 20))}
}

// severe reports whether somebody is called.
func severe(i incident.Incident) bool {
	return i.Kind == incident.KindSite && i.State == incident.Open && severeOutcome(i.Severity)
}

func severeOutcome(o journey.Outcome) bool { return o == journey.Critical || o == journey.Failed }

// headline says it all in one line:
// 🔴 FAILED acme · Buy › Pay: "Order confirmed" not seen · 2 of 2 runs · since 03:04.
func headline(n Notice, now time.Time) string {
	i, f := n.Incident, faceOf(n.Incident)
	about := f.sign + " " + f.word + " "
	if who := n.who(); who != "" {
		about += who + " · "
	}
	parts := []string{about + subject(n)}
	if w := i.Worst; i.Kind == incident.KindSite && i.State == incident.Open && w.WaitMs == nil && w.Of > 0 {
		parts = append(parts, fmt.Sprintf("%d of %s", w.Count, count(w.Of, "run", "runs")))
	}
	if i.State == incident.Resolved && i.ResolvedAt != nil {
		parts = append(parts, "lasted "+lasted(i.ResolvedAt.Sub(i.Since)))
	} else {
		parts = append(parts, "since "+clock(i.Since, n.zone(), now))
	}
	return strings.Join(parts, " · ")
}

// subject is what it is about and what is wrong.
func subject(n Notice) string {
	i := n.Incident
	cause := sentence(i.Worst.Message, longestCause)
	switch i.Kind {
	case incident.KindWall:
		return n.site() + ": " + i.Name()
	case incident.KindProbe:
		return joinCause("Samui can't look from "+named(i.Location, 60), cause)
	case incident.KindSite:
	}
	name := place(i)
	if i.Worst.WaitMs == nil || cause != "" {
		return joinCause(name, cause)
	}
	name += " " + seconds(*i.Worst.WaitMs)
	if n.UsualMs != nil {
		name += ", usually " + seconds(*n.UsualMs)
	}
	return name
}

func joinCause(name, cause string) string {
	if cause == "" {
		return name
	}
	return name + ": " + cause
}

// place is where in the customer's way it is: journey › step.
func place(i incident.Incident) string {
	name := named(cmp.Or(i.Title, i.Journey), 80)
	if i.Worst.StepTitle != "" {
		name += " › " + named(i.Worst.StepTitle, 80)
	}
	return name
}

// who is whose site it is.
func (n Notice) who() string {
	c := n.Incident.Client
	switch {
	case n.Incident.Kind == incident.KindProbe:
		return ""
	case c == "" || c == "none":
		if n.Incident.Kind == incident.KindWall {
			return "" // the site is named anyway
		}
		return n.site()
	}
	return named(c, 60)
}

func (n Notice) site() string { return named(cmp.Or(n.SiteTitle, n.Incident.Site), 60) }

func (n Notice) zone() *time.Location {
	if n.Timezone == nil {
		return time.UTC
	}
	return n.Timezone
}

// details are what is to be known beside the headline.
func details(n Notice, now time.Time) (rows []row) {
	i, w := n.Incident, n.Incident.Worst
	whole := line(w.Message, longestValue-2)
	add := func(label, value string) {
		if value != "" {
			rows = append(rows, row{label, value})
		}
	}
	add("Where:", where(i))
	if i.Kind == incident.KindWall || whole != line(w.Message, longestCause) { // else the headline says it all
		add("What:", sentence(whole, longestValue-2))
	}
	add("There is instead:", candidates(w.Nearest))
	add("Try:", sentence(w.Hint, 300))
	add("In:", named(w.Line, 200))
	if w.WaitMs != nil && w.Message == "" {
		add("Customers wait:", waits(n))
	}
	if w.Loss != nil {
		share := journey.Abandonment{Low: *w.Loss, High: *w.Loss, Basis: line(w.Basis, 80)}
		add("Lost by this wait:", share.String()+", on this device and connection")
	}
	if u := i.Update; u != nil && i.Kind == incident.KindSite {
		add("Browser:", updated(*u, n.zone(), now))
	}
	if len(i.Affected) > 1 {
		add("Affected:", affected(i.Affected))
	}
	if i.Ack != nil {
		add("Acknowledged", "by "+named(i.Ack.By, 60)+" at "+clock(i.Ack.At, n.zone(), now))
	}
	if i.State == incident.Resolved && i.ResolvedAt != nil {
		add("Resolved", "at "+clock(*i.ResolvedAt, n.zone(), now)+", began at "+clock(i.Since, n.zone(), now))
	}
	return rows
}

// updated says that it was looked at with a browser that is new: then the page
// may be what it was.
func updated(u incident.Update, zone *time.Location, now time.Time) string {
	from, to := u.Versions()
	return fmt.Sprintf("Chrome was updated from %s to %s at %s: judged with twice the runs until %s",
		named(from, 60), named(to, 60), clock(u.At, zone, now), clock(u.Until(), zone, now))
}

func where(i incident.Incident) string {
	var parts []string
	add := func(s string) {
		if s != "" && s != "none" {
			parts = append(parts, s)
		}
	}
	add(named(i.Worst.StepTitle, 80))
	add(named(i.Worst.Device, 40))
	add(named(i.Worst.Network, 40))
	if i.Location != "" && i.Location != "none" {
		add("from " + named(i.Location, 40))
	}
	add(line(i.Stage, 40))
	if i.Env != "production" {
		add(named(i.Env, 40))
	}
	return strings.Join(parts, " · ")
}

// waits says how long, from what on that is what it is, and how it usually is.
func waits(n Notice) string {
	w := n.Incident.Worst
	text := seconds(*w.WaitMs)
	if w.LimitMs != nil {
		text += "; " + string(w.Outcome) + " from " + seconds(*w.LimitMs)
	}
	if n.UsualMs != nil {
		text += "; usually " + seconds(*n.UsualMs)
	}
	return text
}

// candidates are the likeliest of what was found in the place of what was
// looked for.
func candidates(nearest []string) string {
	var all []string
	for _, c := range nearest[:min(3, len(nearest))] {
		if c := named(c, 150); c != "" {
			all = append(all, c)
		}
	}
	return strings.Join(all, " · ")
}

func affected(all []string) string {
	const most = 8
	var names []string
	for k, a := range all {
		if k == most {
			names = append(names, fmt.Sprintf("%d more", len(all)-most))
			break
		}
		names = append(names, named(a, 60))
	}
	return strings.Join(names, ", ")
}

// pages are the addresses of Samui's own page; the zero value has none.
type pages struct{ base string }

func (p pages) links(i incident.Incident) (all []link) {
	if p.base == "" {
		return nil
	}
	if i.Worst.RunID != "" {
		all = append(all, link{"Open the run", p.base + "/runs/" + url.PathEscape(i.Worst.RunID)})
	}
	word := "Incident"
	if i.State == incident.Open && i.Ack == nil {
		word = "Incident, to acknowledge it"
	}
	all = append(all, link{word, p.incident(i.ID)})
	if i.Kind == incident.KindSite {
		all = append(all, link{"Journey", p.base + "/journeys/" + url.PathEscape(i.Site) + "/" + url.PathEscape(i.Journey)})
	}
	return all
}

func (p pages) incident(id string) string {
	if p.base == "" {
		return ""
	}
	return p.base + "/incidents/" + url.PathEscape(id)
}

// seconds is a wait for people.
func seconds(ms float64) string {
	if ms >= 100_000 {
		return fmt.Sprintf("%.0f s", ms/1000)
	}
	return fmt.Sprintf("%.1f s", ms/1000)
}

// clock is a time on the site's clock, with the day where it isn't today.
func clock(at time.Time, zone *time.Location, now time.Time) string {
	at, now = at.In(zone), now.In(zone)
	switch {
	case at.Format(time.DateOnly) == now.Format(time.DateOnly):
		return at.Format("15:04")
	case at.Year() == now.Year():
		return at.Format("2 Jan 15:04")
	}
	return at.Format("2 Jan 2006 15:04")
}

// lasted is a duration for people, in two units.
func lasted(d time.Duration) string {
	minutes := int(d.Round(time.Minute).Minutes())
	switch {
	case minutes < 1:
		return fmt.Sprintf("%d s", max(0, int(d.Seconds())))
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case minutes < 24*60:
		return strings.TrimSuffix(fmt.Sprintf("%d h %d min", minutes/60, minutes%60), " 0 min")
	}
	return strings.TrimSuffix(fmt.Sprintf("%d d %d h", minutes/60/24, minutes/60%24), " 0 h")
}

// count is a number and what is counted.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
