package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"samui/internal/journey"
)

// The columns of figures, each with the gap before it.
const (
	dayWidth      = 2 + 6
	monthWidth    = 2 + 7
	requestsWidth = 2 + 8
	dataWidth     = 2 + 8
	figuresWidth  = dayWidth + monthWidth + requestsWidth + dataWidth
	leastTitle    = 16 // below this a title has a line of its own
)

// costTable is the costs of journeys and their sum, for people.
func costTable(s screen, journeys []journey.Journey, costs []cost) []string {
	titles, longest := costTitles(journeys), len("all 1,000 journeys")
	for _, t := range titles {
		longest = max(longest, columns(t))
	}
	room := min(longest, s.width()-figuresWidth)
	var lines []string
	row := func(title, figures, style string) {
		if room < leastTitle {
			for _, part := range wrap(title, s.width()) {
				lines = append(lines, s.paint(style, isolate(part)))
			}
			lines = append(lines, s.paint(style, figures))
			return
		}
		lines = append(lines, s.paint(style, pad(truncate(title, room), room)+figures))
	}
	about := fmt.Sprintf("Visits that the schedules make, and what they fetch in a month, going by the last %d of each:", lastRuns)
	lines = append(lines, "")
	lines = append(lines, wrap(about, s.width())...)
	lines = append(lines, "")
	head := fmt.Sprintf("%*s%*s%*s%*s", dayWidth, "a day", monthWidth, "a month", requestsWidth, "requests", dataWidth, "data")
	row("", head, dim)
	if room < leastTitle {
		lines = lines[:len(lines)-2] // no empty line for the title that it hasn't
		lines = append(lines, s.paint(dim, head))
	}
	var all cost
	for i, t := range titles {
		all.add(costs[i])
		row(t, costs[i].figures(), "")
	}
	if len(titles) > 1 {
		row(fmt.Sprintf("all %s journeys", figure(float64(len(titles)))), all.figures(), bold)
	}
	if all.known > 0 && all.unknown > 0 {
		lines = append(lines, wrap("≥: not every device has been visited yet.", s.width())...)
	}
	return lines
}

// costTitles are the titles, with the site where several have the same.
func costTitles(journeys []journey.Journey) []string {
	times := map[string]int{}
	for _, j := range journeys {
		times[j.Title]++
	}
	titles := make([]string, len(journeys))
	for i, j := range journeys {
		titles[i] = printable(j.Title)
		if times[j.Title] > 1 {
			titles[i] = printable(j.Title + " · " + j.Site.ID)
		}
	}
	return titles
}

// figures are the numbers of a row.
func (c cost) figures() string {
	visits := fmt.Sprintf("%*s%*s", dayWidth, figure(c.visits), monthWidth, figure(c.visits*monthDays))
	if c.known == 0 {
		return visits + fmt.Sprintf("%*s", requestsWidth+dataWidth, "no runs yet")
	}
	least := ""
	if c.unknown > 0 {
		least = "≥ "
	}
	return visits + lead(least+figure(c.requests), requestsWidth) + lead(least+bytesOf(c.bytes), dataWidth)
}

// lead fills a text with spaces on its left.
func lead(s string, to int) string { return strings.Repeat(" ", max(0, to-columns(s))) + s }

// figure is a number in at most six characters: 0.4, 288, 8,640, 1.2M.
func figure(n float64) string {
	switch {
	case n == 0:
		return "0"
	case n < 0.05:
		return "<0.1"
	case n < 9.95 && math.Abs(n-math.Round(n)) >= 0.05:
		return strconv.FormatFloat(n, 'f', 1, 64)
	case n < 99_999.5:
		s := strconv.FormatFloat(math.Round(n), 'f', 0, 64)
		if len(s) > 3 {
			s = s[:len(s)-3] + "," + s[len(s)-3:]
		}
		return s
	}
	return scaledTo(n, []string{"k", "M", "G", "T", "P"})
}

// bytesOf is an amount of data in at most seven characters.
func bytesOf(n float64) string {
	if n < 999.5 {
		return strconv.FormatFloat(n, 'f', 0, 64) + " B"
	}
	return scaledTo(n, []string{" kB", " MB", " GB", " TB", " PB"})
}

// scaledTo is a number of at least a thousand with two or three digits and the
// unit that makes it so.
func scaledTo(n float64, units []string) string {
	for i, unit := range units {
		n /= 1000
		switch {
		case n < 9.95:
			return strconv.FormatFloat(n, 'f', 1, 64) + unit
		case n < 999.5 || i == len(units)-1:
			return strconv.FormatFloat(n, 'f', 0, 64) + unit
		}
	}
	return ""
}
