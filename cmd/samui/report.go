package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"samui/internal/journey"
	"samui/internal/probe"
)

// report prints one run for people: a heading, a row for each step as soon as
// its result is there, what went wrong beneath it, and what it amounts to.
//
// On a terminal the step that is being waited for stands in a live last line;
// elsewhere lines are only ever added.
type report struct {
	out    io.Writer
	screen screen
	titles []string // of every step, so that columns align from the first row
	next   int      // the first step whose row isn't printed yet
	live   *live
	// earlier are the steps' results in earlier visits, by name, the oldest first.
	earlier map[string][]journey.StepResult
}

// heading is what is known of a run before it starts.
type heading struct {
	title, journey, site string
	stage                journey.Stage
	device, network      string
}

func headingOf(r journey.Run) heading {
	return heading{r.Title, r.Journey, r.Site, r.Stage, r.Device, r.Network}
}

// newReport prints the heading.
func newReport(out io.Writer, s screen, h heading, titles []string) *report {
	r := &report{out: out, screen: s}
	for _, t := range titles {
		r.titles = append(r.titles, printable(t))
	}
	about := []string{h.journey}
	if h.site != "none" {
		about = append(about, h.site)
	}
	about = append(about, string(h.stage), on(h.device, h.network))
	title, detail := printable(h.title), printable(strings.Join(about, " · "))
	if columns(title)+3+columns(detail) <= s.width() {
		fmt.Fprintf(out, "%s   %s\n", s.paint(bold, isolate(title)), s.paint(dim, isolate(detail)))
		return r
	}
	for _, line := range wrap(title, s.width()) {
		fmt.Fprintln(out, s.paint(bold, isolate(line)))
	}
	for _, line := range wrap(detail, s.width()) {
		fmt.Fprintln(out, s.paint(dim, isolate(line)))
	}
	return r
}

// note prints what else is known before a run; empty = nothing.
func (r *report) note(text string) {
	if text == "" {
		return
	}
	for _, line := range wrap(printable(text), r.screen.width()) {
		fmt.Fprintln(r.out, r.screen.paint(dim, isolate(line)))
	}
}

// on names the conditions of a visit; the network only where it slows.
func on(device, network string) string {
	if network == "" || network == "unthrottled" {
		return device
	}
	return device + " over " + network
}

// The columns of a row beside the title: mark, wait, band and the gaps.
const (
	rowIndent  = "  "
	waitWidth  = 8
	bandWidth  = 8
	rowWidth   = len(rowIndent) + 2 + 2 + waitWidth + 2 + bandWidth
	noteWidth  = 24 // "gave up after 30.00 s" and its gap
	sparkWidth = 2 + sparkRuns
	textIndent = "    "
	savedWidth = 200
)

// titleWidth leaves room for a note at the end of the row where there is some.
func (r *report) titleWidth() int {
	longest := 0
	for _, t := range r.titles {
		longest = max(longest, columns(t))
	}
	width := r.screen.width()
	room := width - rowWidth
	if len(r.earlier) > 0 && room-sparkWidth >= leastTitle {
		room -= sparkWidth
	}
	if room-noteWidth >= 30 {
		room -= noteWidth
	}
	return min(longest, room)
}

// begin shows that a step is waited for.
func (r *report) begin(index int) {
	r.end()
	if !r.screen.live || index >= len(r.titles) {
		return
	}
	r.live = startLive(r.out, func(waited time.Duration) string {
		room := r.titleWidth()
		sign := r.screen.paint(cyan, spinner(waited))
		return fmt.Sprintf("%s%s %s  %*s  %s", rowIndent, sign, pad(truncate(r.titles[index], room), room),
			waitWidth, fmt.Sprintf("%.1f s", waited.Seconds()), r.screen.paint(dim, "waiting"))
	})
}

// end stops the live line.
func (r *report) end() {
	r.live.end()
	r.live = nil
}

// step prints the row of a step that has its result, and of those before it
// that were passed over.
func (r *report) step(s journey.StepResult, warnings []string) {
	r.end()
	for ; r.next < s.Index && r.next < len(r.titles); r.next++ {
		r.row(journey.StepResult{Index: r.next, Title: r.titles[r.next], Outcome: journey.Skipped})
	}
	r.next = s.Index + 1
	r.row(s)
	if s.Failure != nil {
		r.failure(s)
	}
	for _, note := range s.Notes {
		r.field("note", note, yellow)
	}
	r.warnings(warnings)
}

func (r *report) warnings(texts []string) {
	r.end()
	for _, text := range texts {
		r.field("warning", text, yellow)
	}
}

// saved prints what a step saved, for who looks on: a log keeps what customers'
// pages showed longer than anybody means.
func (r *report) saved(all []probe.Saved) {
	if r.screen.size == nil {
		return
	}
	for _, s := range all {
		r.field("saved", s.Name+" = "+truncate(printable(s.Value), savedWidth), dim)
	}
}

func (r *report) row(s journey.StepResult) {
	room := r.titleWidth()
	l := lookOf(s.Outcome)
	wait := ""
	if s.WaitMs != nil {
		wait = seconds(*s.WaitMs)
	}
	title := pad(truncate(printable(s.Title), room), room)
	if s.Outcome == journey.Skipped {
		title = r.screen.paint(dim, title)
	}
	free := r.screen.width() - rowWidth - room // behind the band
	tail, note := "", noteOf(s)
	if len(r.earlier) > 0 && free >= sparkWidth {
		tail = "  " + r.screen.spark(r.earlier[s.Step])
		free -= sparkWidth
	}
	if note != "" && free >= 2+columns(note) {
		tail += "  " + r.screen.paint(dim, note)
		note = ""
	}
	band := r.screen.paint(l.style, words(s.Outcome)) + strings.Repeat(" ", max(0, bandWidth-len(words(s.Outcome))))
	line := fmt.Sprintf("%s%s %s  %*s  %s%s", rowIndent, r.screen.paint(l.style, l.mark), title, waitWidth, wait, band, tail)
	fmt.Fprintln(r.out, strings.TrimRight(line, " "))
	if note == "" {
		return
	}
	for _, part := range wrap(note, r.screen.width()-len(textIndent)) {
		fmt.Fprintln(r.out, textIndent+r.screen.paint(dim, part))
	}
}

// noteOf is what else a row says.
func noteOf(s journey.StepResult) string {
	var notes []string
	if s.Abandonment != nil && wholePercent(*s.Abandonment) > 0 {
		notes = append(notes, fmt.Sprintf("estimated %d%% lost", wholePercent(*s.Abandonment)))
	}
	if s.GaveUpMs != nil {
		notes = append(notes, "gave up after "+seconds(*s.GaveUpMs))
	}
	if s.Already {
		notes = append(notes, "was there already")
	}
	if s.LeftOut != nil {
		notes = append(notes, "left out: "+safe(*s.LeftOut))
	}
	return strings.Join(notes, ", ")
}

// finish prints the rows that are missing and what the run amounts to. A live
// line that still runs ends here.
func (r *report) finish(run journey.Run) {
	r.rest(run)
	r.verdict(strings.ToUpper(words(run.Outcome)), lookOf(run.Outcome).style, sum(run))
	r.circumstances(run)
	if n := analyticsBlocked(run); n > 0 {
		for _, line := range wrap("kept out of the site's statistics: "+many(n, "request")+" of its analytics not sent", r.screen.width()-len(rowIndent)) {
			fmt.Fprintln(r.out, rowIndent+r.screen.paint(dim, line))
		}
	}
}

// analyticsBlocked is how often the pages tried to count the visitor.
func analyticsBlocked(run journey.Run) int {
	n := 0
	for _, s := range run.Steps {
		if s.Requests != nil {
			n += s.Requests.AnalyticsBlocked
		}
	}
	return n
}

// endedByHand is finish for a run that amounts to nothing, because somebody has
// seen enough of it.
func (r *report) endedByHand(run journey.Run) {
	r.rest(run)
	r.verdict("ENDED", bold, "before its last step, by hand")
}

// rest prints the rows that are missing.
func (r *report) rest(run journey.Run) {
	r.end()
	for _, s := range run.Steps {
		if s.Index >= r.next {
			r.step(s, nil)
		}
	}
}

func (r *report) verdict(word, style, text string) {
	for i, line := range wrap(word+" · "+text, r.screen.width()-len(rowIndent)) {
		if rest, ok := strings.CutPrefix(line, word); ok && i == 0 {
			line = r.screen.paint(style, word) + rest
		}
		fmt.Fprintln(r.out, rowIndent+line)
	}
}

// sum is the run in one sentence. Every estimate stands with its basis and the
// conditions it holds for.
func sum(run journey.Run) string {
	under := safe(on(run.Device, run.Network))
	switch {
	case run.Error != nil:
		return fmt.Sprintf("Samui could not look (%s): %s", run.Error.Kind, safe(run.Error.Message))
	case run.WaitMs != nil && run.Abandonment != nil:
		return fmt.Sprintf("waited %s · lost: %s on %s", seconds(*run.WaitMs), safe(run.Abandonment.String()), under)
	}
	for _, s := range run.Steps {
		if s.Outcome == run.Outcome && s.Failure != nil {
			if run.Outcome == journey.Blocked {
				return fmt.Sprintf("the site refused the robot at \"%s\", which says nothing about its customers", safe(s.Title))
			}
			return fmt.Sprintf("at \"%s\" on %s; no estimate, the robot could not finish", safe(s.Title), under)
		}
	}
	return "on " + under + "; no estimate, not every step was timed"
}

func seconds(ms float64) string { return fmt.Sprintf("%.2f s", ms/1000) }

func wholePercent(share float64) int { return int(math.Round(share * 100)) }
