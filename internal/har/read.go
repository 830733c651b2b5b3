package har

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"samui/internal/journey"
)

// Read reads back the waterfall of an archive that a [Writer] wrote of one step.
func Read(from io.Reader) (journey.Waterfall, error) {
	var archive struct {
		Log struct {
			log
			Entries []entry `json:"entries"`
		} `json:"log"`
	}
	if err := json.NewDecoder(from).Decode(&archive); err != nil {
		return journey.Waterfall{}, fmt.Errorf("reading a HAR file: %w", err)
	}
	w := journey.Waterfall{Requests: make([]journey.Fetch, 0, len(archive.Log.Entries))}
	for i, p := range archive.Log.Pages {
		if i == 0 {
			w.Began = timeOf(p.Started)
		}
		if p.Samui != nil {
			w.Beyond += p.Samui.Beyond
			w.Inline += p.Samui.Inline
		}
	}
	for _, e := range archive.Log.Entries {
		w.Requests = append(w.Requests, fetchOf(e))
	}
	return w, nil
}

func fetchOf(e entry) journey.Fetch {
	f := journey.Fetch{
		URL: address(e.Request.URL), Method: e.Request.Method, Status: e.Response.Status, StatusText: e.Response.StatusText,
		Protocol: e.Response.Version, MIME: e.Response.Content.MIME, Kind: e.Kind, Priority: e.Priority,
		Initiator:  journey.Initiator{Kind: e.Initiator.Kind, URL: address(e.Initiator.URL)},
		ThirdParty: e.Samui.ThirdParty, Source: e.Samui.Source, Sender: e.Samui.Sender, Navigation: e.Samui.Navigation, Redirect: e.Samui.Redirect,
		Location: address(e.Response.RedirectURL), Server: e.Server, Connection: e.Connection, Start: timeOf(e.Started), Open: e.Samui.Open,
		Transferred: e.Response.TransferSize, Decoded: e.Response.Content.Size, Messages: e.Samui.Messages, HeldBack: e.Samui.HeldBack,
		Phases: journey.FetchPhases{
			Queued: took(e.Timings.Blocked), DNS: took(e.Timings.DNS), Connect: took(e.Timings.Connect), TLS: took(e.Timings.SSL),
			Send: took(e.Timings.Send), Wait: took(e.Timings.Wait), Receive: took(e.Timings.Receive),
		},
	}
	if e.Initiator.Line != nil {
		f.Initiator.Line = *e.Initiator.Line + 1
	}
	if e.Response.Error != nil {
		f.Failure = strings.TrimPrefix(*e.Response.Error, "net::")
	}
	return f
}

// address is a URI as it was before the marks of what is hidden were encoded.
func address(uri string) string {
	if !strings.Contains(uri, "%") {
		return uri
	}
	return strings.NewReplacer("%3Chidden%3E", "<hidden>", "%3Csecret%3E", "<secret>", "%E2%80%A6", "…").Replace(uri)
}

func took(ms float64) time.Duration {
	return max(0, time.Duration(math.Round(ms*1000))*time.Microsecond)
}

// timeOf is a time of the archive; one that can't be read is none.
func timeOf(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
