package influx

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"samui/internal/influx/influxtest"
	"samui/internal/journey"
	"samui/internal/outbox"
	"samui/internal/store"
)

// queued is InfluxDB as the outbox wants it.
type queued struct{ to *Sender }

func (q queued) Send(ctx context.Context, batch []store.Delivery) outbox.Outcome {
	lines := make([]Delivery, 0, len(batch))
	for _, d := range batch {
		lines = append(lines, Delivery{ID: d.ID, Payload: d.Payload})
	}
	r := q.to.Send(ctx, lines)
	return outbox.Outcome{Delivered: r.Delivered, Refused: r.Refused, RetryAfter: r.RetryAfter, Err: r.Err, Blocked: r.Blocked}
}

// eventually waits until is says so.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.NewTimer(2 * time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("%s: not in two minutes", what)
		}
	}
}

// probe records results in a real store, whose outbox sends them.
type probe struct {
	t   *testing.T
	st  *store.Store
	box *outbox.Outbox
	n   int
}

func startProbe(t *testing.T, url string) *probe {
	t.Helper()
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sender, err := New(Options{URL: url, Token: journey.NewSecret(token), Bucket: influxtest.Database, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	p := &probe{t: t, st: st, box: outbox.New(st, outbox.Options{Sink: Sink, Sender: queued{sender}, Blocked: 100 * time.Millisecond})}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.box.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
		sender.Close()
		if err := st.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return p
}

// record records a result and what has to be sent because of it.
func (p *probe) record() {
	p.t.Helper()
	p.n++
	r := fullRun()
	r.RunID = fmt.Sprintf("run-%d", p.n)
	r.Slot = new(ten().Add(time.Duration(p.n) * time.Minute))
	slot := journey.Slot{Site: r.Site, Journey: r.Journey, Device: r.Device, Location: r.Location, At: *r.Slot}
	result := store.Result{Run: r, Deliveries: []store.Delivery{{Sink: Sink, Key: r.RunID, Payload: Payload(Lines(r)...)}}}
	if err := p.st.Record(p.t.Context(), slot, result); err != nil {
		p.t.Fatal(err)
	}
	p.box.Poke()
}

// Whatever the server answers: it is told in the status, nothing is lost,
// nothing is there twice, and it goes on by itself when the server is well.
func TestNothingIsLostWhateverTheServerAnswers(t *testing.T) {
	limit := 3000 // bytes; a result has some 1,200
	tooLarge := func(w http.ResponseWriter, r *http.Request) bool {
		body, _ := io.ReadAll(r.Body)
		return len(body) > limit && influxtest.Say(413, "")(w, r)
	}
	for name, tt := range map[string]struct {
		answer influxtest.Answer
		state  outbox.State
		reason string
		hint   string
	}{
		"401":                {influxtest.Say(401, `{"error":"authorization failed"}`), outbox.Blocked, "401 Unauthorized: authorization failed", "token"},
		"403":                {influxtest.Say(403, `{"error":"forbidden"}`), outbox.Blocked, "403 Forbidden", "allow the token"},
		"404":                {influxtest.Say(404, `{"error":"database not found"}`), outbox.Blocked, "404 Not Found: database not found", "create bucket"},
		"413":                {tooLarge, outbox.OK, "", ""},
		"429 with seconds":   {influxtest.Say(429, "", "Retry-After", "1"), outbox.Behind, "429 Too Many Requests", ""},
		"429 with a date":    {sayDate(429, time.Second), outbox.Behind, "429 Too Many Requests", ""},
		"500":                {influxtest.Say(500, "timeout"), outbox.Behind, "500 Internal Server Error: timeout", ""},
		"503":                {influxtest.Say(503, ""), outbox.Behind, "503 Service Unavailable", ""},
		"200 with HTML":      {influxtest.Say(200, "<html>Sign in"), outbox.Behind, "200 OK: a web page", "login page"},
		"a hang":             {influxtest.Hang, outbox.Behind, "no answer in time", "is InfluxDB running"},
		"a reset":            {influxtest.Reset, outbox.Behind, "EOF", "is InfluxDB running"},
		"stored, then reset": {nil, outbox.Behind, "EOF", "is InfluxDB running"}, // see below
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := influxtest.Start(t)
			front := influxtest.NewFront(t, server.URL())
			if tt.answer == nil {
				tt.answer = influxtest.StoreThenReset(server.URL())
			}
			front.Set(tt.answer)
			p := startProbe(t, front.URL())
			for range 5 {
				p.record()
			}
			eventually(t, "the state is told", func() bool {
				s := p.box.Status()
				return s.Attempts > 0 && s.State == tt.state && strings.Contains(s.Reason, tt.reason) && strings.Contains(s.Hint, tt.hint)
			})
			p.record()
			front.Set(nil)
			p.box.Poke()
			eventually(t, "all is sent", func() bool { return p.box.Status().State == outbox.OK && len(deliveriesOf(t, p.st)) == 0 })
			if got := stored(server, "shop"); got != [2]int{6, 12} {
				t.Errorf("%v runs and steps are stored, want 6 and 12", got)
			}
		})
	}
}

// sayDate asks to be left alone until a date.
func sayDate(status int, after time.Duration) influxtest.Answer {
	return func(w http.ResponseWriter, r *http.Request) bool {
		now := time.Now().UTC()
		return influxtest.Say(status, "", "Date", now.Format(http.TimeFormat), "Retry-After", now.Add(after).Format(http.TimeFormat))(w, r)
	}
}

func deliveriesOf(t *testing.T, st *store.Store) []store.Delivery {
	t.Helper()
	ds, err := st.Deliveries(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	return ds
}

func TestAnOutageOfTheServerItself(t *testing.T) {
	server := influxtest.Start(t)
	p := startProbe(t, server.URL())
	p.record()
	eventually(t, "the first is sent", func() bool { return len(deliveriesOf(t, p.st)) == 0 })
	server.Stop()
	for range 20 {
		p.record()
	}
	eventually(t, "the outage is told", func() bool { return p.box.Status().State == outbox.Behind })
	server.Start()
	eventually(t, "all is sent", func() bool { return len(deliveriesOf(t, p.st)) == 0 })
	if got := stored(server, "shop"); got != [2]int{21, 42} {
		t.Errorf("%v runs and steps are stored, want 21 and 42", got)
	}
}

func TestARefusedResultIsListedWithItsReason(t *testing.T) {
	server := influxtest.Start(t)
	// Somebody wrote a field of the same name with another type before us.
	writeAll(t, server, []byte(`journey_step,step=pay gave_up_ms="long" `+fmt.Sprint(ten().UnixNano())))
	p := startProbe(t, server.URL())
	p.record()
	eventually(t, "it is refused", func() bool { return p.box.Status().Refused == 1 })
	ds := deliveriesOf(t, p.st)
	if len(ds) != 1 || ds[0].State != store.Refused || !strings.HasPrefix(ds[0].Reason, "line 3 of 3 (journey_step): 400 Bad Request: partial write: field type conflict") {
		t.Errorf("deliveries %+v, want the one with its reason", ds)
	}
	if got := stored(server, "shop"); got != [2]int{1, 1} {
		t.Errorf("%v runs and steps are stored, want the good lines", got)
	}
	server.Query("DROP MEASUREMENT journey_step")
	if ok, err := p.st.Resend(t.Context(), ds[0].ID, time.Now()); !ok || err != nil {
		t.Fatalf("Resend: %v, %v", ok, err)
	}
	p.box.Poke()
	eventually(t, "it is sent", func() bool { return len(deliveriesOf(t, p.st)) == 0 })
	if diff := cmp.Diff([2]int{1, 2}, stored(server, "shop")); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
