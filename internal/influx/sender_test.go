package influx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"samui/internal/influx/influxtest"
	"samui/internal/journey"
)

const token = "probe:hunter2secret"

func newSender(t *testing.T, url string) *Sender {
	t.Helper()
	s, err := New(Options{URL: url, Token: journey.NewSecret(token), Org: "ops", Bucket: influxtest.Database, Timeout: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// deliveries are the lines of so many runs, a minute apart, of one site. Their
// IDs start at 1.
func deliveries(site string, n int) []Delivery {
	var batch []Delivery
	for i := range n {
		r := fullRun()
		r.Site, r.Slot = site, new(ten().Add(time.Duration(i)*time.Minute))
		batch = append(batch, Delivery{ID: int64(i + 1), Payload: Payload(Lines(r)...)})
	}
	return batch
}

func ids(batch []Delivery) []int64 {
	var all []int64
	for _, d := range batch {
		all = append(all, d.ID)
	}
	return all
}

// stored counts the points of a site: runs and steps.
func stored(s *influxtest.Server, site string) [2]int {
	return [2]int{
		len(s.Query(fmt.Sprintf("SELECT level FROM journey_run WHERE site='%s'", site))),
		len(s.Query(fmt.Sprintf("SELECT level FROM journey_step WHERE site='%s'", site))),
	}
}

// What each answer means: nothing is lost, nothing is refused, and what has to
// be done about it is told.
func TestAnswersThatKeepEverything(t *testing.T) {
	server := influxtest.Start(t)
	date := time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)
	html := "<html><title>Sign in to the hotel's network</title>"
	for name, tt := range map[string]struct {
		answer     influxtest.Answer
		blocked    bool
		retryAfter time.Duration
		why, hint  string
	}{
		"401 of 1.8":            {influxtest.Say(401, `{"error":"authorization failed"}`, "Content-Type", "application/json"), true, 0, "401 Unauthorized: authorization failed", "influxdb.token"},
		"401 of 2":              {influxtest.Say(401, `{"code":"unauthorized","message":"unauthorized access"}`, "Content-Type", "application/json"), true, 0, "unauthorized access", "influxdb.token"},
		"403":                   {influxtest.Say(403, `{"error":"\"probe\" user is not authorized to write"}`), true, 0, `403 Forbidden: "probe" user is not authorized`, `bucket "samui"`},
		"404":                   {influxtest.Say(404, `{"code":"not found","message":"bucket \"samui\" not found"}`), true, 0, `404 Not Found: bucket "samui" not found`, `create bucket "samui"`},
		"400 for no org":        {influxtest.Say(400, `{"code":"invalid","message":"Please provide either orgID or org"}`), true, 0, "400 Bad Request: Please provide", "org and bucket"},
		"400 of nginx":          {influxtest.Say(400, "<html>The plain HTTP request was sent to HTTPS port", "Content-Type", "text/html"), true, 0, "a web page", "influxdb.url"},
		"422 of a proxy":        {influxtest.Say(422, "<html>no"), true, 0, "a web page", "influxdb.url"},
		"407":                   {influxtest.Say(407, "proxy login"), true, 0, "407 Proxy Authentication Required: proxy login", "influxdb.url"},
		"429 with seconds":      {influxtest.Say(429, "", "Retry-After", "17"), false, 17 * time.Second, "429 Too Many Requests", ""},
		"429 with a date":       {influxtest.Say(429, "", "Date", date.Format(http.TimeFormat), "Retry-After", date.Add(90*time.Second).Format(http.TimeFormat)), false, 90 * time.Second, "429", ""},
		"429 with a past date":  {influxtest.Say(429, "", "Retry-After", date.Add(-999999*time.Hour).Format(http.TimeFormat)), false, 0, "429", ""},
		"429 with nonsense":     {influxtest.Say(429, "", "Retry-After", "-5"), false, 0, "429", ""},
		"503 with seconds":      {influxtest.Say(503, "down for maintenance", "Retry-After", "3"), false, 3 * time.Second, "503 Service Unavailable: down for maintenance", ""},
		"500":                   {influxtest.Say(500, `{"error":"engine: cache maximum memory size exceeded"}`), false, 0, "500 Internal Server Error: engine: cache", ""},
		"502 of a proxy":        {influxtest.Say(502, html, "Content-Type", "text/html"), false, 0, "502 Bad Gateway: a web page", ""},
		"200 with a login page": {influxtest.Say(200, html, "Content-Type", "text/html"), false, 0, "200 OK: a web page", "login page"},
		"200 with JSON":         {influxtest.Say(200, `{"status":"ok"}`, "Content-Type", "application/json"), false, 0, "200 OK", "influxdb.url"},
		"200 with nothing":      {influxtest.Say(200, ""), false, 0, "200 OK", "influxdb.url"},
		"a redirect elsewhere":  {influxtest.Say(307, "", "Location", "http://elsewhere.example/api/v2/write"), true, 0, "redirects to http://elsewhere.example/", "influxdb.url"},
		"a redirect to a GET":   {influxtest.Say(302, "", "Location", "/login"), true, 0, "redirects to /login", "influxdb.url"},
		"a reset":               {influxtest.Reset, false, 0, "EOF", "is InfluxDB running"},
		"the token in the text": {influxtest.Say(500, "bad token "+token+" / hunter2secret"), false, 0, "bad token <secret> / <secret>", ""},
	} {
		t.Run(name, func(t *testing.T) {
			front := influxtest.NewFront(t, server.URL())
			sender := newSender(t, front.URL())
			site := strings.ReplaceAll(strings.ReplaceAll(name, " ", "-"), "'", "")
			batch := deliveries(site, 3)
			front.Set(tt.answer)
			out := sender.Send(t.Context(), batch)
			want := Result{Refused: map[int64]string{}, RetryAfter: tt.retryAfter, Blocked: tt.blocked}
			if diff := cmp.Diff(want, out, cmpopts.IgnoreFields(Result{}, "Err")); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			e, ok := errors.AsType[*Error](out.Err)
			if !ok || !strings.Contains(e.Error(), tt.why) || !strings.Contains(e.Hint(), tt.hint) || (tt.hint == "") != (e.Hint() == "") {
				t.Fatalf("error %v (hint %q)\nwant %q (hint %q)", out.Err, e.Hint(), tt.why, tt.hint)
			}
			if strings.Contains(fmt.Sprintf("%+v %#v", out.Err, e), "hunter2") {
				t.Errorf("the error tells the token: %+v", e)
			}
			front.Set(nil)
			if out := sender.Send(t.Context(), batch); out.Err != nil || !slices.Equal(out.Delivered, ids(batch)) {
				t.Errorf("sent again: %+v, want all delivered", out)
			}
			if got := stored(server, site); got != [2]int{3, 6} {
				t.Errorf("%v runs and steps are stored, want 3 and 6", got)
			}
		})
	}
}

func TestAHangEndsWithTheTimeoutOrTheContext(t *testing.T) {
	hang := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		influxtest.Hang(w, r)
	}))
	t.Cleanup(hang.Close)
	s, err := New(Options{URL: hang.URL, Bucket: "b", Timeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	out := s.Send(t.Context(), deliveries("s", 1))
	if out.Err == nil || !strings.Contains(out.Err.Error(), "no answer in time") || out.Blocked || len(out.Delivered) > 0 {
		t.Errorf("outcome %+v, want no answer in time", out)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out = newSender(t, hang.URL).Send(ctx, deliveries("s", 1))
	if !errors.Is(out.Err, context.Canceled) || len(out.Delivered) > 0 || len(out.Refused) > 0 {
		t.Errorf("outcome %+v, want it to be canceled", out)
	}
}

func TestSendingTwiceStoresOnce(t *testing.T) {
	server := influxtest.Start(t)
	front := influxtest.NewFront(t, server.URL())
	sender := newSender(t, front.URL())
	batch := deliveries("twice", 5)
	front.Set(influxtest.StoreThenReset(server.URL()))
	if out := sender.Send(t.Context(), batch); out.Err == nil || len(out.Delivered) > 0 {
		t.Errorf("an answer that was lost: %+v, want an error", out)
	}
	if got := stored(server, "twice"); got != [2]int{5, 10} {
		t.Fatalf("%v runs and steps are stored, want 5 and 10", got)
	}
	front.Set(nil)
	if out := sender.Send(t.Context(), batch); out.Err != nil || len(out.Delivered) != 5 {
		t.Errorf("sent again: %+v, want all delivered", out)
	}
	if got := stored(server, "twice"); got != [2]int{5, 10} {
		t.Errorf("%v runs and steps are stored, want them once", got)
	}
}

// spoil puts a line between those of a delivery.
func spoil(d *Delivery, line string) {
	lines := strings.Split(string(d.Payload), "\n")
	d.Payload = []byte(strings.Join(slices.Insert(lines, 1, line), "\n"))
}

func TestBadLinesAreIsolated(t *testing.T) {
	server := influxtest.Start(t)
	// InfluxDB 2 stores nothing of a request in which one line can't be parsed.
	likeTwo := func(w http.ResponseWriter, r *http.Request) bool {
		body, _ := io.ReadAll(r.Body)
		if !strings.Contains(string(body), "unparsable") {
			return false
		}
		return influxtest.Say(400, `{"code":"invalid","message":"unable to parse 'unparsable': missing fields"}`, "Content-Type", "application/json")(w, r)
	}
	conflict := func(w http.ResponseWriter, r *http.Request) bool {
		body, _ := io.ReadAll(r.Body)
		if !strings.Contains(string(body), "unparsable") {
			return false
		}
		return influxtest.Say(422, `{"code":"unprocessable entity","message":"failure writing points to database: partial write: field type conflict"}`)(w, r)
	}
	for name, tt := range map[string]struct {
		answer influxtest.Answer
		line   string
		reason string
	}{
		"unparsable, 1.8":    {nil, "unparsable", "line 2 of 4 (unparsable): 400 Bad Request: unable to parse 'unparsable': missing fields"},
		"unparsable, like 2": {likeTwo, "unparsable", "line 2 of 4 (unparsable): 400 Bad Request: unable to parse 'unparsable': missing fields"},
		"422, like 2":        {conflict, "unparsable", "line 2 of 4 (unparsable): 422 Unprocessable Entity: failure writing points"},
		"field type, 1.8":    {nil, `journey_run,site=conflict wait_ms="long" 1767261600000000000`, "line 2 of 4 (journey_run): 400 Bad Request: partial write: field type conflict"},
	} {
		t.Run(name, func(t *testing.T) {
			front := influxtest.NewFront(t, server.URL())
			front.Set(tt.answer)
			site := strings.NewReplacer(" ", "-", ",", "", "unparsable", "bad").Replace(name) // likeTwo looks for the word
			batch := deliveries(site, 20)
			spoil(&batch[3], tt.line)
			spoil(&batch[19], tt.line)
			out := newSender(t, front.URL()).Send(t.Context(), batch)
			if out.Err != nil || out.Blocked || out.RetryAfter != 0 {
				t.Errorf("outcome %+v, want no error: nothing waits", out)
			}
			want := slices.DeleteFunc(ids(batch), func(id int64) bool { return id == 4 || id == 20 })
			if !slices.Equal(out.Delivered, want) {
				t.Errorf("delivered %v, want all but 4 and 20", out.Delivered)
			}
			for _, id := range []int64{4, 20} {
				if !strings.HasPrefix(out.Refused[id], tt.reason) {
					t.Errorf("%d is refused because %q, want %q", id, out.Refused[id], tt.reason)
				}
			}
			if len(out.Refused) != 2 {
				t.Errorf("refused %v, want two", out.Refused)
			}
			if got := stored(server, site); got != [2]int{20, 40} {
				t.Errorf("%v runs and steps are stored, want 20 and 40: a bad line costs no other", got)
			}
			if n := len(front.Writes()); n > 40 {
				t.Errorf("it took %d requests to find 2 of 20, want some dozens at most", n)
			}
		})
	}
}

func TestTooLargeIsHalved(t *testing.T) {
	server := influxtest.Start(t) // takes a megabyte
	front := influxtest.NewFront(t, server.URL())
	batch := deliveries("large", 1500)
	if size := len(batch) * len(batch[0].Payload); size < 1_000_000 {
		t.Fatalf("the batch has %d bytes, want more than the server takes", size)
	}
	out := newSender(t, front.URL()).Send(t.Context(), batch)
	if out.Err != nil || len(out.Delivered) != len(batch) || len(out.Refused) > 0 {
		t.Errorf("%d delivered, %d refused, %v; want all %d delivered", len(out.Delivered), len(out.Refused), out.Err, len(batch))
	}
	if got := stored(server, "large"); got != [2]int{1500, 3000} {
		t.Errorf("%v runs and steps are stored, want 1500 and 3000", got)
	}
	if n := len(front.Writes()); n != 3 && n != 7 {
		t.Errorf("%d requests, want the whole and its parts", n)
	}

	// A limit below one delivery: its lines pass alone. Below one line: refused.
	limit := 0
	front.Set(func(w http.ResponseWriter, r *http.Request) bool {
		body, _ := io.ReadAll(r.Body)
		return len(body) > limit && influxtest.Say(413, "<html>413")(w, r)
	})
	one := deliveries("one", 1)
	lines := strings.Split(string(one[0].Payload), "\n")
	limit = max(len(lines[0]), len(lines[1]), len(lines[2]))
	if out := newSender(t, front.URL()).Send(t.Context(), one); len(out.Delivered) != 1 || out.Err != nil {
		t.Errorf("a limit of one line: %+v, want it delivered", out)
	}
	limit = len(lines[2])
	out = newSender(t, front.URL()).Send(t.Context(), one)
	if got := out.Refused[1]; !strings.HasPrefix(got, "line 1, 2 of 3 (journey_run): 413 Request Entity Too Large") {
		t.Errorf("a limit below a line: refused because %q, want the lines named", got)
	}
}

// Half of a batch passes, then the server is down: what passed is not sent
// again.
func TestAnOutageWhileIsolatingKeepsWhatPassed(t *testing.T) {
	server := influxtest.Start(t)
	front := influxtest.NewFront(t, server.URL())
	n := 0
	front.Set(func(w http.ResponseWriter, r *http.Request) bool {
		if n++; n > 2 { // after the whole and its first half
			return influxtest.Say(503, "", "Retry-After", "9")(w, r)
		}
		return false
	})
	batch := deliveries("half", 4)
	spoil(&batch[3], "unparsable")
	out := newSender(t, front.URL()).Send(t.Context(), batch)
	if !slices.Equal(out.Delivered, []int64{1, 2}) || len(out.Refused) > 0 || out.RetryAfter != 9*time.Second || out.Err == nil {
		t.Errorf("outcome %+v, want 1 and 2 delivered and the rest to wait 9 s", out)
	}
}

func TestNothingToWriteIsDelivered(t *testing.T) {
	out := newSender(t, "http://127.0.0.1:1").Send(t.Context(), []Delivery{{ID: 7}, {ID: 8, Payload: []byte("\n")}})
	if !slices.Equal(out.Delivered, []int64{7, 8}) || out.Err != nil {
		t.Errorf("outcome %+v, want both delivered", out)
	}
}

func TestCheck(t *testing.T) {
	server := influxtest.Start(t)
	if err := newSender(t, server.URL()).Check(t.Context()); err != nil {
		t.Errorf("a server that is well: %v", err)
	}
	if got := server.Query("SHOW MEASUREMENTS"); len(got) != 0 {
		t.Errorf("checking wrote %v", got)
	}
	old := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		influxtest.Say(400, `{"code":"invalid","message":"writing requires points"}`, "Content-Type", "application/json")(w, r)
	}))
	t.Cleanup(old.Close)
	if err := newSender(t, old.URL).Check(t.Context()); err != nil {
		t.Errorf("an early 2.0 that dislikes empty writes: %v", err)
	}
	other, err := New(Options{URL: server.URL(), Bucket: "other/autogen"})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	want := fmt.Sprintf(`writing to InfluxDB at %s: 404 Not Found: database not found: "other"`, server.URL())
	e, ok := errors.AsType[*Error](other.Check(t.Context()))
	if !ok || e.Error() != want || !strings.Contains(e.Hint(), `create bucket "other/autogen"`) {
		t.Errorf("no such database: %v, want %s", e, want)
	}
	server.Stop()
	e, ok = errors.AsType[*Error](newSender(t, server.URL()).Check(t.Context()))
	if !ok || !strings.Contains(e.Error(), "connection refused") || e.Hint() == "" {
		t.Errorf("no server: %v, want the connection to be refused", e)
	}
}

func TestMistakesInOptions(t *testing.T) {
	for want, o := range map[string]Options{
		`influxdb.url "influx:8086" is no URL; want http:// or https:// and a host`: {URL: "influx:8086", Bucket: "b"},
		`influxdb.url "" is no URL; want http:// or https:// and a host`:            {Bucket: "b"},
		`influxdb.url "http://probe:xxxxx@host" has a user in it`:                   {URL: "http://probe:hunter2secret@host", Bucket: "b"},
		`influxdb.url "…@host" is no URL; want http:// or https:// and a host`:      {URL: "probe:hunter2secret@host", Bucket: "b"},
		`influxdb.url "…@%zz" is no URL; want http:// or https:// and a host`:       {URL: "http://probe:hunter2secret@%zz", Bucket: "b"},
		`influxdb.bucket is empty`: {URL: "http://host"},
	} {
		_, err := New(o)
		if err == nil || err.Error() != want {
			t.Errorf("New(%+v): %v, want %s", o, err, want)
		}
		if h, ok := errors.AsType[interface {
			error
			Hint() string
		}](err); !ok || h.Hint() == "" {
			t.Errorf("New(%+v): no hint", o)
		}
	}
}
