package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"samui/internal/config"
	"samui/internal/journey"
	"samui/internal/store"
)

// A visit that was made is reported, also when what was booked for it can't be
// taken back.
func TestVisitIsKeptWhenTheLedgerFails(t *testing.T) {
	for _, asJSON := range []bool{true, false} {
		st, err := store.Open(t.Context(), t.TempDir(), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_ = st.Close()
			w.WriteHeader(http.StatusServiceUnavailable)
		}))
		t.Cleanup(server.Close)
		asks := func(id string) journey.Step {
			return journey.Step{
				ID: id, Title: id, Timeout: time.Minute,
				Do: []journey.Action{{Verb: journey.Request, URL: journey.Plain("/"), Call: &journey.Call{Method: "GET"}}},
			}
		}
		j := journey.Journey{
			ID: "order", Title: "Order", Timeout: time.Minute, Site: journey.Site{ID: "shop", URL: server.URL, Hosts: []string{"127.0.0.1"}},
			Steps: []journey.Step{asks("look"), asks("pay")}, Effects: journey.Effects{Name: "order", Step: "pay"},
		}
		var out, errs bytes.Buffer
		w := &world{stdout: &out, stderr: &errs, screen: screen{columns: 80}}
		o := &runOptions{json: asJSON}
		visits := []planned{{j, journey.Visit{Device: journey.Devices()[0], Network: journey.Networks()[0]}}}
		runs, _, err := o.visit(t.Context(), w, nil, config.Settings{}, visits, bookings{store: st, close: st.Close}, &archive{})
		if err == nil || len(runs) != 1 || runs[0].Outcome != journey.Failed || !strings.Contains(out.String(), "503") {
			t.Errorf("JSON %v: got %d runs, %v\n%s%s", asJSON, len(runs), err, out.String(), errs.String())
		}
	}
}
