package daemon

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/demo"
	"samui/internal/journey"
	"samui/internal/slack/slacktest"
	"samui/internal/webhook"
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

// watched is an installation that tells a Slack.
func watched(t *testing.T) (*installation, *demo.Shop, *moody, *slacktest.Server) {
	t.Helper()
	told := slacktest.New(slacktest.Options{})
	t.Cleanup(told.Close)
	shop, err := demo.NewShop()
	if err != nil {
		t.Fatal(err)
	}
	site := &moody{Handler: shop}
	hook := &hook{t: t}
	receiver := httptest.NewServer(hook)
	t.Cleanup(receiver.Close)
	in := installOn(t, site, fmt.Sprintf(`public_url: https://samui.example
webhook: {url: %q, secret: "hook-key"}
slack: {token: %q, channel: "#oncall", ops: "#ops", mention: "<!here>", api_url: %q}
`, receiver.URL, slacktest.Token, told.URL()))
	in.visits("home", "/", "New arrivals")
	in.hook = hook
	return in, shop, site, told
}

// hook is a receiver of the webhook that takes nothing unsigned.
type hook struct {
	t *testing.T

	mu     sync.Mutex // guards events
	events []string   // those that came, in order
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if err := webhook.Verify(r.Header.Get("X-Samui-Signature"), journey.NewSecret("hook-key"), body, time.Now(), time.Hour); err != nil {
		h.t.Errorf("the signature of %s: %v", body, err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, r.Header.Get("X-Samui-Event"))
	w.WriteHeader(http.StatusNoContent)
}

// failures is how many runs of a journey failed.
func (in *installation) failures(id string) int {
	n := 0
	for _, r := range in.runs(id) {
		if r.Outcome == journey.Failed {
			n++
		}
	}
	return n
}

// only is the one message of a channel, once there is one.
func only(t *testing.T, told *slacktest.Server, channel string) slacktest.Message {
	t.Helper()
	roots := told.Roots(channel)
	if len(roots) != 1 {
		t.Fatalf("%d messages in %s, want one: %+v", len(roots), channel, roots)
	}
	return roots[0]
}

func TestAnIncidentIsToldOnceAndSeenToEnd(t *testing.T) {
	in, _, site, told := watched(t)
	in.begin()
	await(t, "a good result", func() bool { return len(in.good("home")) > 0 })
	site.broken.Store(true)
	await(t, "a message", func() bool { return len(told.Roots("oncall")) > 0 })
	first := only(t, told, "oncall")
	line, _, _ := strings.Cut(first.Text, "\n")
	plain := strings.NewReplacer("\u2068", "", "\u2069", "").Replace(line) // isolates
	if want := regexp.MustCompile(`^🔴 FAILED acme · Visit of home › Look: .*500.* · 2 of [23] runs · since .*\d\d:\d\d <!here>$`); !want.MatchString(plain) {
		t.Errorf("told %q, want %s", plain, want)
	}

	in.end()
	in.begin()
	before := in.failures("home")
	await(t, "more failures after a restart", func() bool { return in.failures("home") >= before+2 })
	id := in.openIncident()
	in.acknowledge(id)
	await(t, "the acknowledgement in the message", func() bool { return len(only(t, told, "oncall").Edits) > 0 })
	if blocks := string(only(t, told, "oncall").Blocks); !strings.Contains(blocks, "Noa") || !strings.Contains(blocks, "https://samui.example/incidents/"+id) {
		t.Errorf("the message has neither who acknowledged nor where to look: %s", blocks)
	}

	site.broken.Store(false)
	await(t, "the end", func() bool {
		m := only(t, told, "oncall")
		return strings.HasPrefix(m.Text, "✅ RESOLVED acme") && len(told.Replies("oncall", m.TS)) > 0
	})
	for _, reply := range told.Replies("oncall", first.TS) {
		if reply.Broadcast {
			t.Errorf("shown in the channel: %q; an end calls nobody", reply.Text)
		}
	}
	if ops := told.Messages("ops"); len(ops) > 0 {
		t.Errorf("ops were told of the site's trouble: %+v", ops)
	}
	if refused := told.Refusals(); len(refused) > 0 {
		t.Errorf("Slack refused %q", refused)
	}
	in.end()
	var events []string
	for _, lines := range in.sink.points("journey_incident") {
		for _, line := range lines {
			_, event, _ := strings.Cut(line, ",event=")
			event, _, _ = strings.Cut(event, " ")
			events = append(events, event)
		}
	}
	slices.Sort(events)
	want := []string{"acknowledged", "opened", "resolved"}
	if diff := cmp.Diff(want, events); diff != "" {
		t.Errorf("InfluxDB got the events (-want +got):\n%s", diff)
	}
	in.hook.mu.Lock()
	defer in.hook.mu.Unlock()
	if diff := cmp.Diff([]string{"opened", "acknowledged", "resolved"}, in.hook.events); diff != "" {
		t.Errorf("the webhook got (-want +got):\n%s", diff)
	}
}

// openIncident is the ID of the one that is open.
func (in *installation) openIncident() string {
	in.t.Helper()
	var open []struct {
		ID       string `json:"incident_id"`
		Severity string `json:"severity"`
	}
	if status := in.ask("/api/incidents?state=open", &open); status != http.StatusOK || len(open) != 1 {
		in.t.Fatalf("open incidents: status %d, %+v; want one", status, open)
	}
	return open[0].ID
}

func (in *installation) acknowledge(id string) {
	in.t.Helper()
	response, err := http.Post(in.url+"/incidents/"+id+"/acknowledge", "application/x-www-form-urlencoded", strings.NewReader("by=Noa"))
	if err != nil {
		in.t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode >= 400 {
		in.t.Fatalf("acknowledging: %s", response.Status)
	}
}

// What keeps Samui from looking is nobody's trouble but its own.
func TestSamuisOwnTroubleIsToldToOps(t *testing.T) {
	t.Run("the site turns the robot away", func(t *testing.T) {
		in, shop, _, told := watched(t)
		if err := shop.Set("bot-wall", true); err != nil {
			t.Fatal(err)
		}
		in.begin()
		await(t, "a message for ops", func() bool { return len(told.Roots("ops")) > 0 })
		if m := only(t, told, "ops"); !strings.HasPrefix(m.Text, "⚠️ BLOCKED acme") || strings.Contains(m.Text, "<!here>") {
			t.Errorf("ops were told %q", m.Text)
		}
		if all := told.Messages("oncall"); len(all) > 0 {
			t.Errorf("on-call was told: %+v", all)
		}
	})
	t.Run("there is no Chrome", func(t *testing.T) {
		t.Setenv("TMPDIR", t.TempDir()) // so that only this test's Chrome is killed
		in, _, _, told := watched(t)
		in.begin()
		await(t, "a message for ops", func() bool {
			killChromes()
			return len(told.Roots("ops")) > 0
		})
		if m := only(t, told, "ops"); !strings.HasPrefix(m.Text, "⚠️ PROBE ERROR") {
			t.Errorf("ops were told %q", m.Text)
		}
		if all := told.Messages("oncall"); len(all) > 0 {
			t.Errorf("on-call was told: %+v", all)
		}
	})
}
