package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/slack/slacktest"
)

// notebook is a Memory that keeps what a file would: nothing is shared, and
// everything goes through JSON.
type notebook struct {
	mu      sync.Mutex
	threads map[string][]byte
	before  func() error // of each Keep; nil = works
	after   func() error
}

func (n *notebook) Thread(_ context.Context, id string) (Thread, bool, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.read(id)
}

func (n *notebook) read(id string) (t Thread, found bool, err error) {
	encoded, found := n.threads[id]
	if !found {
		return Thread{}, false, nil
	}
	err = json.Unmarshal(encoded, &t)
	return t, true, err
}

func (n *notebook) Threads(_ context.Context, site string) (all []Thread, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(n.threads)) {
		t, _, err := n.read(id)
		if err != nil {
			return nil, err
		}
		recent := func(at time.Time) bool { return time.Since(at) < time.Hour }
		if t.Site == site && (t.Open || recent(t.Posted) || recent(t.Joined)) {
			all = append(all, t)
		}
	}
	return all, nil
}

func (n *notebook) Keep(_ context.Context, t Thread) error {
	if n.before != nil {
		if err := n.before(); err != nil {
			return err
		}
	}
	encoded, err := json.Marshal(t)
	if err != nil {
		return err
	}
	n.mu.Lock()
	n.threads[t.ID] = encoded
	n.mu.Unlock()
	if n.after != nil {
		return n.after()
	}
	return nil
}

// scene is a Slack, a sender, and incidents to tell of, inside a bubble in
// which time is what the test says it is.
type scene struct {
	t      *testing.T
	slack  *slacktest.Server
	memory *notebook
	sender *Sender
	o      Options
	log    bytes.Buffer
	late   bool // something arrives when nobody waits for it any more

	mu      sync.Mutex // guards what follows
	notices map[string]Notice
	ids     int64
}

func play(t *testing.T, workspace slacktest.Options, o Options, act func(*testing.T, *scene)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &scene{t: t, slack: slacktest.NewInMemory(workspace), memory: &notebook{threads: map[string][]byte{}}, notices: map[string]Notice{}}
		defer s.slack.Close()
		if o.Webhook.IsZero() {
			o.Token, o.APIURL = journey.NewSecret(slacktest.Token), s.slack.URL()
			o.Channel, o.Ops = "#oncall", "#ops"
		} else {
			o.Webhook = journey.NewSecret(s.slack.WebhookURL("oncall"))
		}
		o.Mention, o.PublicURL = "<!here>", "https://samui.example/"
		o.Memory, o.Notice = s.memory, s.notice
		o.Logger = slog.New(slog.NewTextHandler(&s.log, nil))
		s.o = o
		s.restart()
		act(t, s)
		s.sender.Close()
	})
}

// restart is what a crash leaves: a new sender with the same memory.
func (s *scene) restart() {
	s.t.Helper()
	if s.sender != nil {
		s.sender.Close()
	}
	sender, err := newSender(s.o, s.slack.Transport())
	if err != nil {
		s.t.Fatal(err)
	}
	s.sender = sender
}

func (s *scene) notice(_ context.Context, id string) (Notice, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, found := s.notices[id]
	return n, found, nil
}

// set has incidents be as given.
func (s *scene) set(all ...incident.Incident) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range all {
		n := s.notices[i.ID]
		n.Incident = i
		if n.SiteTitle == "" {
			n.SiteTitle = "Demo shop"
		}
		s.notices[i.ID] = n
	}
}

// adorn changes what is known of an incident beside it.
func (s *scene) adorn(id string, how func(*Notice)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.notices[id]
	how(&n)
	s.notices[id] = n
}

// send makes one attempt, with one delivery for each incident.
func (s *scene) send(ids ...string) Result {
	s.t.Helper()
	var batch []Delivery
	for _, id := range ids {
		s.ids++
		batch = append(batch, Delivery{ID: s.ids, Incident: id})
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), 2*time.Minute)
	defer cancel()
	return s.sender.Send(ctx, batch)
}

// tell has incidents be as given, and tells of them as the outbox does: again
// and again until all are told.
func (s *scene) tell(all ...incident.Incident) {
	s.t.Helper()
	s.set(all...)
	var ids []string
	for _, i := range all {
		ids = append(ids, i.ID)
	}
	s.until(ids...)
}

func (s *scene) until(ids ...string) {
	s.t.Helper()
	wait := time.Second
	for range 100 {
		r := s.send(ids...)
		if len(r.Delivered)+len(r.Refused) == len(ids) {
			return
		}
		w := why(r)
		if w.Why == nil {
			s.t.Fatalf("%+v: something waits and nobody says why", r)
		}
		pass(max(w.For, wait))
		wait = min(2*wait, time.Minute)
	}
	s.t.Fatalf("%q: not told after 100 attempts", ids)
}

// why is why something waits: all, or the first that waits by itself.
func why(r Result) Wait {
	if r.Err == nil {
		for _, id := range slices.Sorted(maps.Keys(r.Later)) {
			return r.Later[id]
		}
	}
	return Wait{For: r.RetryAfter, Why: r.Err, Blocked: r.Blocked}
}

// pass lets time pass.
func pass(d time.Duration) { <-time.After(d) }

// see is a channel as people see it: messages with what stands in their
// threads; what was shown in the channel too has a !.
func (s *scene) see(channel string) []string {
	lines := []string{}
	for _, m := range s.slack.Roots(channel) {
		lines = append(lines, m.Text)
		for _, r := range s.slack.Replies(channel, m.TS) {
			sign := "  "
			if r.Broadcast {
				sign = "! "
			}
			for _, f := range r.Files {
				lines = append(lines, "  ["+f.Name+"]")
			}
			if r.Text != "" {
				lines = append(lines, sign+r.Text)
			}
		}
	}
	return lines
}

// want compares a channel with what people should see in it.
func (s *scene) want(channel string, lines ...string) {
	s.t.Helper()
	if diff := cmp.Diff(append([]string{}, lines...), s.see(channel)); diff != "" {
		s.t.Errorf("#%s (-want +got):\n%s", channel, diff)
	}
	// What arrives late takes from what a channel may have.
	refused := slices.DeleteFunc(s.slack.Refusals(), func(code string) bool { return s.late && code == "ratelimited" })
	if len(refused) > 0 {
		s.t.Errorf("Slack refused something: %q", refused)
	}
}

// start is when the bubble's time begins.
func start() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

// opened is an incident that opened at the beginning of time.
func opened(id string, severity journey.Outcome) incident.Incident {
	i := incident.Incident{
		ID: id, Kind: incident.KindSite, Client: "acme", Site: "shop", Env: "production", Journey: "j-" + id, Title: "Buy " + id, Stage: "purchase", Location: "tlv-1",
		State: incident.Open, Severity: severity, Peak: severity, Since: start(), OpenedAt: start(), Affected: []string{"desktop"}, Revision: 1,
		Events: []incident.Event{{Kind: incident.Opened, At: start(), Severity: severity, Revision: 1}},
	}
	i.Worst = incident.Sighting{RunID: "01RUN", Device: "desktop", Network: "unthrottled", At: start(), Outcome: severity, Step: "pay", StepTitle: "Pay", Count: 2, Of: 3}
	return seen(i, severity)
}

// seen has the worst sighting fit a severity.
func seen(i incident.Incident, severity journey.Outcome) incident.Incident {
	i.Worst.Outcome, i.Worst.Message, i.Worst.WaitMs = severity, "", nil
	if severity == journey.Failed {
		i.Worst.Message = `"Order confirmed" not seen`
	} else {
		i.Worst.WaitMs = new(2000 * float64(severity.Level()))
	}
	return i
}

// then is the incident after one more event. The severity is the new one; it
// stays where it is empty.
func then(i incident.Incident, kind incident.EventKind, severity journey.Outcome) incident.Incident {
	i.Revision++
	if severity != "" {
		i = seen(i, severity)
		i.Severity = severity
	}
	at := start().Add(time.Duration(i.Revision) * 10 * time.Minute)
	switch kind {
	case incident.Resolution:
		i.State, i.ResolvedAt = incident.Resolved, &at
	case incident.Reopened:
		i.State, i.ResolvedAt = incident.Open, nil
	case incident.Acknowledged:
		i.Ack = &incident.Acknowledgement{At: at, By: "Dana"}
	case incident.Opened, incident.Worsened, incident.Improved, incident.Moved, incident.Reminded:
	}
	i.Events = append(slices.Clone(i.Events), incident.Event{Kind: kind, At: at, Severity: i.Severity, Revision: i.Revision})
	return i
}

// same compares anything else.
func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// hint is what an error says to do.
func hint(err error) string {
	h, ok := errors.AsType[interface {
		error
		Hint() string
	}](err)
	if !ok {
		return ""
	}
	return h.Hint()
}

func contains(t *testing.T, what, text, part string) {
	t.Helper()
	if !strings.Contains(text, part) {
		t.Errorf("%s: %q, want %q in it", what, text, part)
	}
}

func names(n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprintf("i%02d", i+1))
	}
	return ids
}
