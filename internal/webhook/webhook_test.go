package webhook

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"samui/internal/incident"
	"samui/internal/journey"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var update = flag.Bool("update", false, "rewrite the golden files")

const (
	path   = "/hook/t0ps3cret-path?key=t0ps3cret-query"
	secret = "t0ps3cret-signing-key"
)

// call is a request that came.
type call struct {
	header http.Header
	body   string
}

// receiver is somebody who is told of incidents.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex // guards what follows
	calls  []call
	answer http.HandlerFunc // nil = 204
}

func receive(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			return
		}
		r.mu.Lock()
		r.calls = append(r.calls, call{q.Header, string(body)})
		answer := r.answer
		r.mu.Unlock()
		if answer == nil {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		answer(w, q)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) say(answer http.HandlerFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

func (r *receiver) got() []call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]call{}, r.calls...)
}

func sender(t *testing.T, url string, timeout time.Duration) *Sender {
	t.Helper()
	s, err := New(Options{URL: journey.NewSecret(url), Secret: journey.NewSecret(secret), Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func deliveries(n int) (all []Delivery) {
	for i := range n {
		all = append(all, Delivery{ID: int64(i + 1), Payload: fmt.Appendf(nil, `{"delivery":"a/%d","event":"opened"}`, i+1)})
	}
	return all
}

func change() incident.Change {
	at := time.Date(2026, 1, 15, 3, 4, 0, 0, time.FixedZone("Jerusalem", 2*3600))
	ended := at.Add(23 * time.Minute)
	i := incident.Incident{
		ID: "20260115-0104-buy", Kind: incident.KindSite, Client: "acme", Site: "demo-shop", Env: "production", Journey: "buy", Title: "קניית נעליים", Stage: "purchase", Location: "tlv-1",
		State: incident.Resolved, Severity: journey.Failed, Peak: journey.Failed, Since: at, OpenedAt: at, ResolvedAt: &ended, Revision: 3, Affected: []string{"desktop"},
		Ack: &incident.Acknowledgement{At: at.Add(time.Minute), By: "Dana"},
		Worst: incident.Sighting{
			RunID: "01K/EXAMPLE", Device: "desktop", Network: "unthrottled", At: at, Outcome: journey.Failed, Step: "pay", StepTitle: "Pay",
			Message: `"Order <confirmed>" not seen`, Nearest: []string{"text: Order received"}, Hint: "a hint", Line: "probes/buy.yaml:42", Count: 2, Of: 2,
		},
	}
	acknowledged := incident.Event{Kind: incident.Acknowledged, At: at.Add(time.Minute), Severity: journey.Failed, Revision: 2, By: "Dana"}
	resolved := incident.Event{Kind: incident.Resolution, At: ended, Severity: journey.Failed, Revision: 3}
	i.Events = []incident.Event{acknowledged, resolved}
	return incident.Change{Incident: i, Event: resolved}
}

// earlier is the change before that one.
func earlier() incident.Change {
	c := change()
	c.Incident.State, c.Incident.ResolvedAt, c.Incident.Revision = incident.Open, nil, 2
	c.Incident.Events = c.Incident.Events[:1]
	c.Event = c.Incident.Events[0]
	return c
}

func TestDocuments(t *testing.T) {
	slow := change()
	i := &slow.Incident
	i.Revision, slow.Event = 1, incident.Event{Kind: incident.Opened, At: i.Since, Severity: journey.Bad, Revision: 1}
	i.State, i.ResolvedAt, i.Ack, i.Severity, i.Peak, i.Affected = incident.Open, nil, nil, journey.Bad, journey.Bad, nil
	i.Worst = incident.Sighting{RunID: "01KEXAMPLE", Device: "phone", Network: "slow-4g", StepTitle: "Search", Step: "search", WaitMs: new(9200.5), LimitMs: new(4000.0), Loss: new(0.2715), Basis: "assumed bounce 22.4%", Count: 2, Of: 3}
	probe := incident.Change{
		Incident: incident.Incident{ID: "20260115-probe", Revision: 1, Kind: incident.KindProbe, Location: "tlv-1", State: incident.Open, Severity: journey.ProbeError, Since: i.Since, OpenedAt: i.Since, Worst: incident.Sighting{Message: "no Chrome"}},
		Event:    slow.Event,
	}
	for name, c := range map[string]struct {
		change incident.Change
		page   string
	}{"acknowledged": {earlier(), "https://samui.example/"}, "resolved": {change(), "https://samui.example/"}, "bad": {slow, "https://samui.example"}, "probe": {probe, ""}} {
		t.Run(name, func(t *testing.T) {
			b, err := Encode(c.change, c.page)
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprintf("%s\n%s\n\n", b.Key, b.JSON)
			file := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
		})
	}
}

func TestADocumentComesSignedAndWithItsName(t *testing.T) {
	r := receive(t)
	var asked []Delivery
	for k, c := range []incident.Change{earlier(), change()} {
		b, err := Encode(c, "")
		if err != nil {
			t.Fatal(err)
		}
		asked = append(asked, Delivery{int64(7 + k), b.JSON})
	}
	out := sender(t, r.URL+path, 0).Send(t.Context(), asked)
	if diff := cmp.Diff(Result{Delivered: []int64{7, 8}, Refused: map[int64]string{}}, out); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	for k, c := range r.got() {
		want := map[string]string{
			"X-Samui-Event": []string{"acknowledged", "resolved"}[k], "X-Samui-Delivery": []string{"20260115-0104-buy/2", "20260115-0104-buy/3"}[k],
			"Content-Type": "application/json", "User-Agent": "samui",
		}
		for name, value := range want {
			if got := c.header.Get(name); got != value {
				t.Errorf("%s: %q, want %q", name, got, value)
			}
		}
		if err := Verify(c.header.Get("X-Samui-Signature"), journey.NewSecret(secret), []byte(c.body), time.Now(), 5*time.Minute); err != nil {
			t.Error(err)
		}
		if c.body != string(asked[k].Payload) {
			t.Errorf("body %q, want %q", c.body, asked[k].Payload)
		}
	}
}

func TestWithoutASecretNothingIsSigned(t *testing.T) {
	r := receive(t)
	s, err := New(Options{URL: journey.NewSecret(r.URL)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Send(t.Context(), deliveries(1))
	if _, signed := r.got()[0].header["X-Samui-Signature"]; signed {
		t.Error("signed with nothing")
	}
}

func TestSignature(t *testing.T) {
	at, key := time.Unix(1768439400, 0), journey.NewSecret("key")
	// Computed with: printf '1768439400.{}' | openssl dgst -sha256 -hmac key.
	const want = "t=1768439400,v1=6b597df98cdc4134b6be9969ccadcea2a66fe08ca89eb1f4c5e1124842840539"
	signature := Sign(key, []byte("{}"), at)
	if signature != want {
		t.Errorf("signature %q, want %q", signature, want)
	}
	for what, err := range map[string]error{
		"another body":   Verify(signature, key, []byte("{ }"), at, time.Minute),
		"another secret": Verify(signature, journey.NewSecret("yek"), []byte("{}"), at, time.Minute),
		"too old":        Verify(signature, key, []byte("{}"), at.Add(2*time.Minute), time.Minute),
		"too new":        Verify(signature, key, []byte("{}"), at.Add(-2*time.Minute), time.Minute),
		"another time":   Verify(strings.Replace(signature, "t=1", "t=2", 1), key, []byte("{}"), at, 1<<62),
		"no secret":      Verify(Sign(journey.Secret{}, []byte("{}"), at), journey.Secret{}, []byte("{}"), at, time.Minute),
		"nothing":        Verify("", key, []byte("{}"), at, time.Minute),
	} {
		if err == nil {
			t.Errorf("%s passed", what)
		}
	}
	if err := Verify(signature, key, []byte("{}"), at.Add(30*time.Second), time.Minute); err != nil {
		t.Error(err)
	}
}

func status(code int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

func TestWhatAnAnswerMeans(t *testing.T) {
	later := time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat)
	for name, c := range map[string]struct {
		answer  http.HandlerFunc
		want    Result // Err apart
		err     string
		hint    string
		calls   int
		refused bool
	}{
		"200":                {answer: status(200, "ok"), want: Result{Delivered: []int64{1, 2}}, calls: 2},
		"202":                {answer: status(202, ""), want: Result{Delivered: []int64{1, 2}}, calls: 2},
		"500":                {answer: status(500, "<html>"), err: "it answered 500 Internal Server Error", calls: 1},
		"503":                {answer: status(503, "", "Retry-After", "17"), want: Result{RetryAfter: 17 * time.Second}, err: "503", calls: 1},
		"429":                {answer: status(429, "slowly", "Retry-After", "3"), want: Result{RetryAfter: 3 * time.Second}, err: "it answered 429 Too Many Requests: slowly", calls: 1},
		"408":                {answer: status(408, ""), err: "408", calls: 1},
		"401 that says when": {answer: status(401, "", "Retry-After", "3600"), want: Result{Blocked: true}, err: "401", hint: "check webhook.url and webhook.secret", calls: 1},
		"500 that says when": {answer: status(500, "", "Retry-After", "3600"), err: "500", calls: 1},
		"401":                {answer: status(401, ""), want: Result{Blocked: true}, err: "401", hint: "check webhook.url and webhook.secret", calls: 1},
		"403":                {answer: status(403, ""), want: Result{Blocked: true}, err: "403", hint: "check webhook.url and webhook.secret", calls: 1},
		"404":                {answer: status(404, ""), want: Result{Blocked: true}, err: "404", hint: "check webhook.url: nothing is there", calls: 1},
		"410":                {answer: status(410, ""), want: Result{Blocked: true}, err: "410", hint: "check webhook.url: nothing is there", calls: 1},
		"400":                {answer: status(400, "bad \x1b[31m document\n\u202e"), refused: true, err: "it answered 400 Bad Request: bad [31m document", calls: 2},
		"422":                {answer: status(422, strings.Repeat("x", 9000)), refused: true, err: "it answered 422", calls: 2},
		"to another one":     {answer: status(307, "", "Location", "http://other.example/"), want: Result{Blocked: true}, err: "307", hint: "write the address that it redirects to", calls: 1},
		"to a GET":           {answer: status(302, "", "Location", "/elsewhere"), want: Result{Blocked: true}, err: "302", calls: 1},
		"cut off":            {answer: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, err: "EOF", hint: "is the receiver running", calls: 1},
		"a date":             {answer: status(503, "", "Retry-After", later, "Date", time.Now().UTC().Format(http.TimeFormat)), err: "503", calls: 1, want: Result{RetryAfter: -1}},
	} {
		t.Run(name, func(t *testing.T) {
			r := receive(t)
			r.say(c.answer)
			out := sender(t, r.URL+path, 0).Send(t.Context(), deliveries(2))
			var said string
			switch {
			case c.refused:
				if len(out.Refused) != 2 {
					t.Fatalf("%+v, want both refused", out)
				}
				said = out.Refused[2]
			case out.Err != nil:
				said = out.Err.Error()
				hinted, _ := errors.AsType[*Error](out.Err)
				if !strings.Contains(hinted.Hint(), c.hint) {
					t.Errorf("hint %q, want %q", hinted.Hint(), c.hint)
				}
			}
			if !strings.Contains(said, c.err) || len(said) > 400 {
				t.Errorf("it says %q, want %q", said, c.err)
			}
			if c.want.RetryAfter < 0 {
				if out.RetryAfter < 80*time.Second || out.RetryAfter > 90*time.Second {
					t.Errorf("again after %v, want 90 s", out.RetryAfter)
				}
				c.want.RetryAfter = out.RetryAfter
			}
			if diff := cmp.Diff(c.want.Delivered, out.Delivered); diff != "" || out.RetryAfter != c.want.RetryAfter || out.Blocked != c.want.Blocked {
				t.Errorf("%+v, want %+v", out, c.want)
			}
			if got := len(r.got()); got != c.calls {
				t.Errorf("%d calls, want %d", got, c.calls)
			}
		})
	}
}

func TestARedirectAtHomeIsFollowed(t *testing.T) {
	r := receive(t)
	r.say(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/there" {
			w.WriteHeader(http.StatusOK)
			return
		}
		http.Redirect(w, q, "/there", http.StatusPermanentRedirect)
	})
	out := sender(t, r.URL+path, 0).Send(t.Context(), deliveries(1))
	if len(out.Delivered) != 1 || r.got()[1].body != string(deliveries(1)[0].Payload) {
		t.Errorf("%+v, want it delivered with its body", out)
	}
}

func TestAReceiverThatHangsIsGivenUp(t *testing.T) {
	r := receive(t)
	r.say(func(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() })
	out := sender(t, r.URL+path, 50*time.Millisecond).Send(t.Context(), deliveries(2))
	if out.Err == nil || !strings.Contains(out.Err.Error(), "no answer in time") || out.Blocked || len(r.got()) != 1 {
		t.Errorf("%+v after %d calls, want one call that is tried again", out, len(r.got()))
	}
}

func TestStopping(t *testing.T) {
	r := receive(t)
	ctx, cancel := context.WithCancel(t.Context())
	r.say(func(_ http.ResponseWriter, q *http.Request) {
		cancel()
		<-q.Context().Done()
	})
	out := sender(t, r.URL+path, 0).Send(ctx, deliveries(2))
	if !errors.Is(out.Err, context.Canceled) || len(out.Delivered) > 0 {
		t.Errorf("%+v, want it cut short", out)
	}
}

func TestWhatIsNoDocumentIsRefused(t *testing.T) {
	r := receive(t)
	out := sender(t, r.URL+path, 0).Send(t.Context(), []Delivery{{1, []byte("nonsense")}, deliveries(2)[1]})
	if len(out.Refused) != 1 || len(out.Delivered) != 1 {
		t.Errorf("%+v, want one refused and one delivered", out)
	}
}

func TestACertificateThatNobodyKnowsIsTriedAgain(t *testing.T) {
	r := httptest.NewUnstartedServer(status(200, ""))
	r.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	r.StartTLS()
	defer r.Close()
	out := sender(t, r.URL+path, 0).Send(t.Context(), deliveries(1))
	if out.Err == nil || out.Blocked || !strings.Contains(out.Err.Error(), "certificate") {
		t.Errorf("%+v, want it to wait because of the certificate", out)
	}
}
