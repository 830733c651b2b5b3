package main

import (
	"fmt"
	"sync"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/probe"
)

// board shows a demo: every visit step by step, as `samui run` does. The
// demo's daemon makes one visit at a time, so one report is open at a time.
type board struct {
	world *world

	mu   sync.Mutex // guards what follows
	open *report    // nil between visits
	news []string   // lines about incidents, for after the report
	page string     // URL
}

// at says where the page is.
func (b *board) at(page string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.page = page
}

// changed tells of an incident what on-call would be told.
func (b *board) changed(c incident.Change) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i, e := c.Incident, c.Event
	sign, style := "▲", redBold
	switch e.Kind {
	case incident.Opened, incident.Reopened, incident.Worsened, incident.Reminded:
	case incident.Resolution:
		sign, style = "▼", green
	case incident.Improved, incident.Moved, incident.Acknowledged:
		return
	}
	head := b.world.screen.paint(style, sign+" incident "+string(e.Kind)+" · "+string(e.Severity))
	b.news = append(b.news, head+" · "+isolate(printable(i.Name()))+": "+isolate(printable(e.Text)))
	if b.page != "" {
		b.news = append(b.news, "  "+b.page+"/incidents/"+i.ID)
	}
	b.tellLocked()
}

// tellLocked prints the news, unless a visit's report is being written.
func (b *board) tellLocked() {
	if b.open != nil || len(b.news) == 0 {
		return
	}
	for _, line := range b.news {
		fmt.Fprintln(b.world.stdout, line)
	}
	fmt.Fprintln(b.world.stdout)
	b.news = nil
}

// visiting opens the report of a visit and returns who is told of its steps.
func (b *board) visiting(j journey.Journey, v journey.Visit) func(probe.Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.endLocked() // of a first attempt that is repeated
	show := newReport(b.world.stdout, b.world.screen, headingFor(j, v), stepTitles(j))
	b.open = show
	return show.progress(j)
}

// recorded closes a visit's report with its verdict. Slots that nobody could
// visit have none: they are told in a line.
func (b *board) recorded(run journey.Run) {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer b.tellLocked()
	if run.StartedAt == nil {
		if b.open == nil {
			fmt.Fprintf(b.world.stdout, "%s   %s\n\n", isolate(printable(run.Title)), b.world.screen.paint(dim, "no visit: "+safe(run.Error.Message)))
		}
		return
	}
	if b.open == nil {
		return
	}
	b.open.finish(run)
	b.open = nil
	fmt.Fprintln(b.world.stdout)
}

// end stops the line of a visit that is still waiting.
func (b *board) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.endLocked()
}

func (b *board) endLocked() {
	if b.open != nil {
		b.open.end()
		b.open = nil
	}
}
