package web

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"samui/internal/journey"
)

// word is an outcome for people.
func word(o journey.Outcome) string { return strings.ReplaceAll(string(o), "_", " ") }

// class is an outcome as the style knows it; what is no outcome has none, so
// that nothing that was recorded reaches a class.
func class(o journey.Outcome) string {
	if o.Level() < 0 {
		return "skipped"
	}
	return strings.ReplaceAll(string(o), "_", "-")
}

// seconds is a wait for people, to three figures.
func seconds(ms float64) string {
	switch s := ms / 1000; {
	case s < 10:
		return strconv.FormatFloat(s, 'f', 2, 64) + " s"
	case s < 100:
		return strconv.FormatFloat(s, 'f', 1, 64) + " s"
	default:
		return span(time.Duration(math.Round(s)) * time.Second)
	}
}

// limit is a threshold as people write it: 2.5 s.
func limit(ms float64) string { return strconv.FormatFloat(math.Round(ms)/1000, 'f', -1, 64) + " s" }

// millis is a measured time that is no wait: 41 ms, 2.43 s.
func millis(ms float64) string {
	if ms < 1000 {
		return strconv.FormatFloat(math.Round(ms), 'f', -1, 64) + " ms"
	}
	return seconds(ms)
}

// span is a length of time, in its two largest units where both matter.
func span(d time.Duration) string {
	d = d.Round(time.Second)
	switch days := int(d / day); {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 10*time.Minute:
		return two(int(d.Minutes()), "min", int(d.Seconds())%60, "s")
	case d < time.Hour:
		return two(int(d.Minutes()), "min", 0, "")
	case d < day:
		return two(int(d.Hours()), "h", int(d.Minutes())%60, "min")
	default:
		return two(days, "d", int((d - time.Duration(days)*day).Hours()), "h")
	}
}

func two(n int, unit string, rest int, smaller string) string {
	if rest == 0 {
		return fmt.Sprintf("%d %s", n, unit)
	}
	return fmt.Sprintf("%d %s %d %s", n, unit, rest, smaller)
}

// ago is how long ago something was, in one unit. The page's script says the
// same in the same words.
func ago(d time.Duration) string {
	switch {
	case d < 5*time.Second:
		return "just now"
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 2*day:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	default:
		return fmt.Sprintf("%d d ago", int(d/day))
	}
}

// size is a number of bytes for people.
func size(n int64) string {
	switch f := float64(n); {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1_000_000:
		return fmt.Sprintf("%.0f kB", f/1e3)
	case n < 1_000_000_000:
		return fmt.Sprintf("%.1f MB", f/1e6)
	default:
		return fmt.Sprintf("%.1f GB", f/1e9)
	}
}

// counted is a number with what is counted: 1 run, 2 runs.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}

// grouped is a number with its thousands set apart.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "\u202f" + text[i:]
	}
	return text
}

// moment is a time as pages show it: how long ago, and exactly.
type moment struct {
	At  time.Time
	Ago string
}

func momentOf(at, now time.Time) moment { return moment{at.UTC(), ago(now.Sub(at))} }

// Exact is the time by which scripts know it.
func (m moment) Exact() string { return m.At.Format(time.RFC3339) }

// UTC is the time for people. The page's script puts the reader's own in its
// place.
func (m moment) UTC() string { return m.At.Format("2006-01-02 15:04:05 UTC") }

// Minute is the same without the seconds.
func (m moment) Minute() string { return m.At.Format("2006-01-02 15:04 UTC") }

// external is the address of a visited page where a reader can be sent: http
// or https, and nothing else.
func external(address string) string {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return ""
	}
	return u.String()
}
