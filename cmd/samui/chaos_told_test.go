//go:build chaos

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"samui/internal/demo"
	"samui/internal/incident"
	"samui/internal/slack/slacktest"
	"samui/internal/store"
)

// moody is a site that works, or answers 500.
type moody struct {
	http.Handler
	broken atomic.Bool
}

func (m *moody) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if m.broken.Load() {
		http.Error(w, "we are sorry", http.StatusInternalServerError)
		return
	}
	m.Handler.ServeHTTP(w, r)
}

// Whatever is killed in the life of an incident, and however Slack fails:
// on-call sees one message of it, that is true in the end, and nothing in its
// thread twice.
func TestChaosOfAnIncidentsLife(t *testing.T) {
	told := slacktest.New(slacktest.Options{})
	defer told.Close()
	shop, err := demo.NewShop()
	if err != nil {
		t.Fatal(err)
	}
	site := &moody{Handler: shop}
	v := newVictimOn(t, site, fmt.Sprintf("slack: {token: %q, channel: \"#oncall\", ops: \"#ops\", mention: \"<!here>\", api_url: %q}\n", slacktest.Token, told.URL()))
	faults := []slacktest.Fault{
		{Status: http.StatusServiceUnavailable},
		{Status: http.StatusServiceUnavailable, Accept: true},
		{Reset: true},
		{Reset: true, Accept: true},
		{Hang: true, Accept: true},
		{Hang: true},
		{HTML: true},
		{HTML: true, Accept: true},
		{},
		{},
		{},
		{},
		{},
		{}, // none
	}
	for i := range *kills {
		site.broken.Store(i/4%2 == 0) // long enough, through some starts, to open and to end
		told.FailAlways("chat.postMessage", faults[rand.IntN(len(faults))])
		cmd := v.daemon()
		moment(6 * time.Second)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil {
			t.Fatalf("the daemon ended by itself\n%s", v.logEnd())
		}
	}
	site.broken.Store(false)
	told.FailAlways("chat.postMessage", slacktest.Fault{})
	cmd := v.daemon()
	v.goodSince(time.Now())
	v.sentEverything()
	if !await(func() bool { return len(v.incidents(incident.Open)) == 0 && len(v.waiting("slack")) == 0 }) {
		t.Errorf("incidents are still open or not told\n%s", v.logEnd())
	}
	v.finish(cmd)
	v.verifyTold(told)
}

// peek asks the data folder beside the daemon.
func peek[T any](v *victim, ask func(context.Context, *store.Store) (T, error)) (answer T) {
	v.t.Helper()
	st, err := store.OpenReadOnly(context.Background(), filepath.Join(v.dir, "data"))
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = st.Close() }() // only read
	if answer, err = ask(context.Background(), st); err != nil {
		v.t.Fatal(err)
	}
	return answer
}

func (v *victim) incidents(state incident.State) []incident.Incident {
	return peek(v, func(ctx context.Context, st *store.Store) ([]incident.Incident, error) {
		return st.Incidents(ctx, store.IncidentQuery{State: state, Limit: 1000})
	})
}

// waiting are the deliveries that a sink has not been sent.
func (v *victim) waiting(sink string) []store.Delivery {
	all := peek(v, func(ctx context.Context, st *store.Store) ([]store.Delivery, error) { return st.Deliveries(ctx, 0) })
	return slices.DeleteFunc(all, func(d store.Delivery) bool { return d.Sink != sink })
}

// verifyTold holds what stands in Slack to what happened.
func (v *victim) verifyTold(told *slacktest.Server) {
	v.t.Helper()
	type part struct{ incident, part string }
	roots, parts, replies := map[string]slacktest.Message{}, map[part]int{}, 0
	for _, channel := range []string{"oncall", "ops"} {
		for _, root := range told.Roots(channel) {
			id := toldOf(v.t, root)["incident_id"]
			if _, twice := roots[id]; twice {
				v.t.Errorf("incident %s has a second message: %q", id, root.Text)
			}
			roots[id] = root
			for _, reply := range told.Replies(channel, root.TS) {
				replies++
				p := part{incident: id}
				if len(reply.Files) > 0 {
					p.part = reply.Files[0].Name // a picture
				} else {
					p.part = toldOf(v.t, reply)["part"]
				}
				if parts[p] > 0 {
					v.t.Errorf("told twice: %+v, %q", p, reply.Text)
				}
				parts[p]++
			}
		}
	}
	happened := 0
	all := v.incidents("")
	for _, i := range all {
		happened += len(i.Events)
		root, found := roots[i.ID]
		if !found {
			v.t.Errorf("incident %s was never told: %+v", i.ID, i.Events)
			continue
		}
		if !strings.HasPrefix(root.Text, "✅ RESOLVED") {
			v.t.Errorf("incident %s is over, its message says %q", i.ID, root.Text)
		}
		if end := (part{i.ID, fmt.Sprintf("event-%d", i.Revision)}); parts[end] != 1 && len(root.Edits) > 0 {
			v.t.Errorf("incident %s: its end stands %d times in the thread, want once", i.ID, parts[end])
		}
	}
	v.t.Logf("%d killed; %d incidents with %d events; in Slack %d messages with %d replies; refused: %q", *kills, len(all), happened, len(roots), replies, told.Refusals())
	if len(all) == 0 || len(roots) != len(all) {
		v.t.Errorf("%d messages of %d incidents", len(roots), len(all))
	}
}

// toldOf is what a message says to machines.
func toldOf(t *testing.T, m slacktest.Message) map[string]string {
	t.Helper()
	var metadata struct {
		Payload map[string]string `json:"event_payload"`
	}
	if err := json.Unmarshal(m.Metadata, &metadata); err != nil {
		t.Fatalf("metadata %s: %v", m.Metadata, err)
	}
	return metadata.Payload
}
