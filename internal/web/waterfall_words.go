package web

import (
	"fmt"
	"html/template"
	"math"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"samui/internal/journey"
)

// nameOf is the end of an address, by which people know a file.
func nameOf(address string) string {
	u, err := url.Parse(strings.TrimSuffix(address, "…"))
	if err != nil {
		return address
	}
	name := path.Base(u.Path)
	if name == "." || name == "/" {
		name = u.Host
	}
	if u.RawQuery != "" {
		name += "?" + u.RawQuery
	}
	const most = 120
	if runes := []rune(name); len(runes) > most {
		name = string(runes[:most]) + "…"
	}
	return name
}

func hostOf(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, "?")
	return host
}

// refusedBy is what of a visit's conditions refused a request.
func refusedBy(heldBack string) string {
	switch heldBack {
	case "":
		return ""
	case "analytics":
		return "not sent: it would count the robot as a visitor"
	case "third_party":
		return "not sent: visit: has third parties off"
	default:
		return "not sent: it is in block:"
	}
}

// notesOf is what else is to be known of a request.
func notesOf(f journey.Fetch) string {
	var notes []string
	switch f.Sender {
	case journey.SenderPage:
	case journey.SenderFrame:
		notes = append(notes, "in a frame")
	case journey.SenderWorker:
		notes = append(notes, "by a worker")
	case journey.SenderServiceWorker:
		notes = append(notes, "by the service worker")
	}
	switch f.Source {
	case journey.FromNetwork:
	case journey.FromMemory, journey.FromDisk:
		notes = append(notes, "cached")
	case journey.FromPrefetch:
		notes = append(notes, "prefetched")
	case journey.FromServiceWorker:
		notes = append(notes, "from the service worker")
	}
	if f.Redirect {
		notes = append(notes, "redirected")
	}
	if f.Messages > 0 {
		notes = append(notes, counted(f.Messages, "message", "messages"))
	}
	return strings.Join(notes, ", ")
}

// phasesInWords is where a request's time went, and what came of it.
func phasesInWords(f journey.Fetch) string {
	told := []string{f.URL}
	line := []string{strings.TrimSpace(f.Method + " " + f.Protocol)}
	if f.Status > 0 {
		line = append(line, strings.TrimSpace(strconv.Itoa(f.Status)+" "+f.StatusText))
	}
	if f.MIME != "" {
		line = append(line, f.MIME)
	}
	if f.Failure != "" {
		line = append(line, f.Failure)
	}
	told = append(told, strings.Join(line, " · "))
	var times []string
	for _, p := range []struct {
		name string
		took time.Duration
	}{
		{"queued", f.Phases.Queued},
		{"DNS", f.Phases.DNS},
		{"connecting", f.Phases.Connect - f.Phases.TLS},
		{"TLS", f.Phases.TLS},
		{"sending", f.Phases.Send},
		{"waiting", f.Phases.Wait},
		{"receiving", f.Phases.Receive},
	} {
		if p.took >= 50*time.Microsecond {
			times = append(times, p.name+" "+decimal(float64(p.took)/float64(time.Millisecond))+" ms")
		}
	}
	if len(times) > 0 {
		told = append(told, strings.Join(times, ", "))
	}
	if f.Decoded > 0 {
		told = append(told, size(f.Decoded)+" unpacked")
	}
	if f.Initiator.URL != "" {
		by := f.Initiator.Kind + " " + f.Initiator.URL
		if f.Initiator.Line > 0 {
			by += ":" + strconv.Itoa(f.Initiator.Line)
		}
		told = append(told, "by "+by)
	}
	return strings.Join(told, "\n")
}

// barsOf is a request's phases in percent of the span. It writes numbers and
// nothing of a page's.
func barsOf(f journey.Fetch, c clock) template.HTML {
	var out strings.Builder
	at := f.Start
	bar := func(class string, took time.Duration) {
		from, to := c.percent(at), c.percent(at.Add(took))
		at = at.Add(took)
		if took > 0 && from < 100 {
			fmt.Fprintf(&out, `<rect class="%s" x="%s%%" width="%s%%"/>`, class, decimal(from), decimal(max(to-from, 0.15)))
		}
	}
	p := f.Phases
	bar("w-queued", p.Queued)
	bar("w-dns", p.DNS)
	bar("w-connect", p.Connect-p.TLS)
	bar("w-tls", p.TLS)
	bar("w-wait", p.Send+p.Wait)
	bar("w-receive", p.Receive)
	if out.Len() == 0 {
		fmt.Fprintf(&out, `<rect class="w-receive" x="%s%%" width="0.3%%"/>`, decimal(min(c.percent(f.Start), 99.7)))
	}
	return template.HTML(out.String()) //nolint:gosec // classes of ours and numbers
}

func decimal(f float64) string { return strconv.FormatFloat(math.Round(f*100)/100, 'f', -1, 64) }
