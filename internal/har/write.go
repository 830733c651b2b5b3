package har

import (
	"cmp"
	"fmt"
	"math"
	"net/netip"
	"strings"
	"time"

	"samui/internal/journey"
)

// stamp is how the format writes times.
const stamp = "2006-01-02T15:04:05.000000Z07:00"

// step makes a step's pages, and gives its entries.
func (w *Writer) step(run journey.Run, s Step) []entry {
	var result journey.StepResult
	if s.Index < len(run.Steps) {
		result = run.Steps[s.Index]
	}
	number := 0
	begin := func(at time.Time) *page {
		number++
		p := page{
			Started: at.UTC().Format(stamp), ID: fmt.Sprintf("%s-%d", run.RunID, s.Index+1), Timings: loaded{-1, -1},
			Title: fmt.Sprintf("%s › %d. %s", cmp.Or(run.Title, run.Journey), s.Index+1, cmp.Or(result.Title, result.Step)),
		}
		if number > 1 {
			p.ID, p.Title = fmt.Sprintf("%s-%d", p.ID, number), fmt.Sprintf("%s (%d)", p.Title, number)
		}
		w.pages = append(w.pages, p)
		return &w.pages[len(w.pages)-1]
	}
	at := s.Waterfall.Began
	if len(s.Waterfall.Requests) > 0 {
		at = s.Waterfall.Requests[0].Start
	}
	current := begin(at)
	current.Samui = &aboutPage{
		Run: run.RunID, Site: run.Site, Journey: run.Journey, Device: run.Device, Step: result.Step, Outcome: result.Outcome, WaitMs: result.WaitMs,
		Beyond: s.Waterfall.Beyond, Inline: s.Waterfall.Inline,
	}
	documents := 0
	var all []entry
	for _, f := range s.Waterfall.Requests {
		if f.Navigation && !f.Redirect {
			if documents++; documents > 1 {
				current = begin(f.Start)
			}
		}
		all = append(all, entryOf(f, current.ID))
	}
	if p := result.Page; p != nil && p.Navigation == journey.NavigationHard && documents > 0 {
		// They are of the last document, and counted from its start.
		for _, number := range []struct {
			to   *float64
			from *float64
		}{{&current.Timings.ContentLoad, p.DOMContentLoadedMs}, {&current.Timings.Load, p.LoadMs}} {
			if number.from != nil {
				*number.to = *number.from
			}
		}
	}
	return all
}

func entryOf(f journey.Fetch, pageID string) entry {
	none := []string{}
	e := entry{
		Page: pageID, Started: f.Start.UTC().Format(stamp), Time: ms(f.Phases.Total()),
		Request: request{
			Method: cmp.Or(f.Method, "GET"), URL: uri(f.URL), Version: f.Protocol, Cookies: none, Headers: none, Query: none, HeadersSize: -1, BodySize: -1,
		},
		Response: response{
			Status: f.Status, StatusText: f.StatusText, Version: f.Protocol, Cookies: none, Headers: none, Content: content{f.Decoded, f.MIME},
			HeadersSize: -1, BodySize: -1, TransferSize: f.Transferred, ServedByWorker: f.Source == journey.FromServiceWorker,
		},
		Timings:    timingsOf(f.Phases),
		Connection: f.Connection,
		Initiator:  initiator{Kind: cmp.Or(f.Initiator.Kind, "other")},
		Priority:   f.Priority,
		Kind:       f.Kind,
		Samui:      aboutRequest{f.ThirdParty, f.Sender, f.Source, f.Navigation, f.Redirect, f.Open, f.Messages, f.HeldBack},
	}
	if _, err := netip.ParseAddr(f.Server); err == nil {
		e.Server = f.Server
	}
	if f.Location != "" {
		e.Response.RedirectURL = uri(f.Location)
	}
	if f.Failure != "" {
		e.Response.Error = new("net::" + f.Failure)
	}
	if f.Initiator.URL != "" {
		e.Initiator.URL = uri(f.Initiator.URL)
	}
	if f.Initiator.Line > 0 {
		e.Initiator.Line = new(f.Initiator.Line - 1)
	}
	switch f.Source {
	case journey.FromMemory, journey.FromDisk, journey.FromPrefetch:
		e.FromCache = string(f.Source)
	case journey.FromNetwork, journey.FromServiceWorker:
	}
	return e
}

func timingsOf(p journey.FetchPhases) timings {
	unless := func(d time.Duration) float64 {
		if d == 0 {
			return -1
		}
		return ms(d)
	}
	return timings{
		Blocked: unless(p.Queued), DNS: unless(p.DNS), Connect: unless(p.Connect), SSL: unless(p.TLS),
		Send: ms(p.Send), Wait: ms(p.Wait), Receive: ms(p.Receive),
	}
}

// ms is a duration in milliseconds, to the microsecond.
func ms(d time.Duration) float64 { return math.Round(float64(d)/float64(time.Microsecond)) / 1000 }

// uri is an address in the characters that one may have: Chrome leaves some as
// they are, and what was hidden is marked by others.
func uri(address string) string {
	const plain = "-._~:/?#[]@!$&'()*+,;=%"
	clean := true
	for i := range len(address) {
		if !isPlain(address[i], plain) {
			clean = false
			break
		}
	}
	if clean {
		return address
	}
	var out strings.Builder
	for i := range len(address) {
		if isPlain(address[i], plain) {
			out.WriteByte(address[i])
		} else {
			fmt.Fprintf(&out, "%%%02X", address[i])
		}
	}
	return out.String()
}

func isPlain(c byte, others string) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(others, c) >= 0
}
