package daemon

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"samui/internal/journey"
)

// orders is a shop that counts what was ordered there.
func orders(placed *atomic.Int64) http.Handler {
	mux := http.NewServeMux()
	page := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, "<!doctype html><title>Shop</title><h1>%s</h1>", text)
		}
	}
	mux.HandleFunc("/", page("Shop"))
	mux.HandleFunc("/order", func(w http.ResponseWriter, r *http.Request) {
		placed.Add(1)
		page("Thank you")(w, r)
	})
	return mux
}

const ordering = `journey: %s
title: Order
site: shop
stage: purchase
every: 1s
effects: {order: pay}
limit: 2/week
steps:
  - step: look
    title: Look
    do: [{open: %q}]
    expect: [{text: Shop}]
    timeout: 11s
  - step: pay
    title: Pay
    do: [{open: /order}]
    expect: [{text: Thank you}]
`

// No more is left behind than the limit allows, over every restart, and nobody
// is called for what nobody may do. A visit that never came to the order
// doesn't count.
func TestALimitIsKept(t *testing.T) {
	var placed atomic.Int64
	in := installOn(t, orders(&placed), "")
	in.write("probes/order.yaml", fmt.Sprintf(ordering, "order", "/"))
	in.write("probes/astray.yaml", fmt.Sprintf(ordering, "astray", "http://127.0.0.1:1/"))
	ends := func(id string) map[string]int {
		n := map[string]int{}
		for _, r := range in.runs(id) {
			key := string(r.Outcome)
			if r.Error != nil {
				key += " " + string(r.Error.Kind)
			}
			n[key]++
		}
		return n
	}
	in.begin()
	await(t, "slots that nobody may look at", func() bool { return ends("order")["missed limit"] >= 2 })
	await(t, "visits that don't come to the order", func() bool { return ends("astray")["failed"] >= 4 })
	in.end()
	in.begin()
	before := 0
	await(t, "more of them after a restart", func() bool {
		n := ends("order")["missed limit"]
		if before == 0 {
			before = n
		}
		return n >= before+2
	})
	got := ends("order")
	if got["good"] != 2 || placed.Load() != 2 {
		t.Errorf("results %v, %d orders placed; want 2 good visits and 2 orders", got, placed.Load())
	}
	for _, r := range in.runs("order") {
		if r.Error != nil && r.Error.Kind == journey.ErrorLimit && (r.Attempt != 0 || r.StartedAt != nil || len(r.Steps) > 0) {
			t.Errorf("a visit that wasn't made: %+v", r)
		}
	}
	var listed []struct {
		Journey string
		Effects *struct {
			Leaves, Step, Limit string
			Used                int
		}
		StopBefore *string `json:"stop_before"`
	}
	in.ask("/api/journeys", &listed)
	for _, j := range listed {
		if e := j.Effects; j.Journey == "order" && (e == nil || e.Leaves != "order" || e.Step != "pay" || e.Limit != "2/week" || e.Used != 2 || j.StopBefore != nil) {
			t.Errorf("the API says that it leaves %+v", e)
		}
	}
	if page := in.page("/journeys/shop/order"); !strings.Contains(page, "leaves: <bdi>order, at most 2 a week, 2 this week</bdi>") {
		t.Errorf("the page doesn't say what is left:\n%s", page)
	}
	var incidents []struct{ Journey, Title string }
	in.ask("/api/incidents", &incidents)
	for _, i := range incidents {
		if i.Journey != "astray" {
			t.Errorf("an incident of %q: %s", i.Journey, i.Title)
		}
	}
}

// page is what a person sees under a path.
func (in *installation) page(path string) string {
	in.t.Helper()
	request, err := http.NewRequestWithContext(in.t.Context(), http.MethodGet, in.url+path, nil)
	if err != nil {
		in.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		in.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		in.t.Fatal(err)
	}
	return string(text)
}
