package request_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/request"
	"samui/internal/values"
)

// A slowed network slows requests without a browser as it slows pages.
func TestSlowedNetwork(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, strings.Repeat("0123456789", 6_000))
	}))
	defer server.Close()
	s := site(t, server)
	slow := journey.Network{Latency: 80 * time.Millisecond, Down: 2_000_000, Up: 400_000}
	c := request.New(request.Options{Site: s, Network: slow, Values: values.New(journey.Journey{Site: s}, journey.Facts{At: time.Now()})})
	defer c.Close()
	sent := with(call("POST", "/"), func(c *journey.Call) { c.Body = journey.Plain(strings.Repeat("x", 5_000)) })
	r, err := c.Step(t.Context(), step(sent))
	if err != nil {
		t.Fatal(err)
	}
	// 80 ms of latency and 100 ms for what is sent, then 240 ms for the answer.
	if least := 410 * time.Millisecond; r.Wait < least {
		t.Errorf("waited %s, want %s at least", r.Wait, least)
	}
	if r.Page.TTFBMs == nil || *r.Page.TTFBMs < 175 {
		t.Errorf("the answer began after %v ms, want 180 at least", r.Page.TTFBMs)
	}
	got := journey.ConnectionOf(slow, c.Transfers())
	if got.Holds == nil || !*got.Holds || got.MetDownBps == nil {
		t.Errorf("what was met: %+v", got)
	}
	// Its time ends also while the network takes its own.
	far := request.New(request.Options{Site: s, Network: journey.Network{Latency: time.Minute}, Values: values.New(journey.Journey{Site: s}, journey.Facts{At: time.Now()})})
	defer far.Close()
	late := step(sent)
	late.Timeout = 200 * time.Millisecond
	if _, err := far.Step(t.Context(), late); err == nil || !strings.Contains(err.Error(), "did not answer in time") {
		t.Errorf("a step that ends on the way: %v", err)
	}
}
