package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"samui/internal/journey"
	"samui/internal/web"
)

// listen connects to the events and returns its lines, after the greeting.
func listen(t *testing.T, server *httptest.Server) (*bufio.Scanner, io.Closer) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/api/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("status %s, type %s", response.Status, response.Header.Get("Content-Type"))
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() && lines.Text() != "" { // up to the end of the greeting: it has joined
	}
	return lines, response.Body
}

func eventServer(t *testing.T) (*web.Events, *httptest.Server) {
	events := web.NewEvents()
	server := httptest.NewServer(handler(t, records{}, func(o *web.Options) { o.Events = events }))
	t.Cleanup(func() {
		events.Close()
		server.Close()
	})
	return events, server
}

func TestFinishedRunsAreEvents(t *testing.T) {
	events, server := eventServer(t)
	lines, end := listen(t, server)
	defer end.Close()
	events.Publish(aRun("R1"))
	var got []string
	for lines.Scan() && lines.Text() != "" {
		got = append(got, lines.Text())
	}
	if len(got) != 3 || got[0] != "event: run" || got[1] != "id: R1" {
		t.Fatalf("got %q", got)
	}
	var run journey.Run
	if err := json.Unmarshal([]byte(strings.TrimPrefix(got[2], "data: ")), &run); err != nil {
		t.Fatal(err)
	}
	if run.RunID != "R1" || *run.Steps[0].Evidence.Screenshot != "/evidence/R1/01-home.png" {
		t.Errorf("got %+v", run)
	}
}

// One that doesn't read must hold up neither the visits nor other readers.
func TestAReaderThatDoesNotKeepUpIsLetGo(t *testing.T) {
	events, server := eventServer(t)
	stuck, end := listen(t, server)
	defer end.Close()
	run := aRun("R1")
	run.Title = strings.Repeat("x", 64<<10) // sockets hold some
	for range 500 {
		events.Publish(run)
	}
	n := 0
	for stuck.Scan() {
		if stuck.Text() == "event: run" {
			n++
		}
	}
	if n >= 500 {
		t.Errorf("it got %d events, want to be cut off", n)
	}
}

func TestEventsEndWithTheirOwner(t *testing.T) {
	events, server := eventServer(t)
	lines, end := listen(t, server)
	defer end.Close()
	events.Close()
	for lines.Scan() {
		t.Errorf("after the end: %q", lines.Text())
	}
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, server.URL+"/api/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" {
		t.Errorf("a late reader gets %s", response.Status)
	}
	events.Publish(aRun("R1")) // to nobody, without a panic
}
