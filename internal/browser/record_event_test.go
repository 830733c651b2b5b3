package browser

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/network"
	cdptarget "github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

// told is a recorder that was told of messages as Chrome sends them; those that
// chromedp can't read don't come.
func told(t *testing.T, messages ...string) *Record {
	t.Helper()
	r := newRecorder(journey.Site{Hosts: []string{"shop.example"}}, func(string, string) string { return "" })
	record := r.begin()
	for _, text := range messages {
		var m struct {
			Method cdproto.MethodType
			Params json.RawMessage
		}
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			t.Fatal(err)
		}
		if event, err := cdproto.UnmarshalMessage(&cdproto.Message{Method: m.Method, Params: []byte(m.Params)}, chromedp.DefaultUnmarshalOptions); err == nil {
			r.hear(event, origin{main: "M"})
		}
	}
	return record
}

const (
	sentEvent = `{"method":"Network.requestWillBeSent","params":{"requestId":"1.1","loaderId":"L","documentURL":"","timestamp":100,"wallTime":1700000000,"type":"Script","frameId":"M",
		"initiator":{"type":"parser"},"request":{"url":"https://shop.example/a.js","method":"GET","headers":{},"initialPriority":"High"}}}`
	answeredEvent = `{"method":"Network.responseReceived","params":{"requestId":"1.1","loaderId":"L","timestamp":100.2,"type":"Script","frameId":"M","response":{"url":"https://shop.example/a.js","status":200,
		"statusText":"OK","headers":{},"mimeType":"text/javascript","protocol":"h2","encodedDataLength":90,
		"timing":{"requestTime":100.01,"dnsStart":1,"dnsEnd":3,"connectStart":3,"connectEnd":23,"sslStart":13,"sslEnd":23,"sendStart":24,"sendEnd":25,"receiveHeadersEnd":175}}}}`
	finishedEvent = `{"method":"Network.loadingFinished","params":{"requestId":"1.1","timestamp":100.3,"encodedDataLength":1234}}`
)

// TestRecordSurvives: what Chrome tells in part, twice, in another order or in
// words that aren't known yet is kept as far as it is known.
func TestRecordSurvives(t *testing.T) {
	whole := journey.Fetch{
		URL: "https://shop.example/a.js", Method: "GET", Status: 200, StatusText: "OK", Protocol: "h2", MIME: "text/javascript", Kind: "script", Priority: "High",
		Initiator: journey.Initiator{Kind: "parser"}, Start: time.Unix(1700000000, 0).UTC(), Transferred: 1234,
		Phases: journey.FetchPhases{
			Queued: 11 * time.Millisecond, DNS: 2 * time.Millisecond, Connect: 20 * time.Millisecond, TLS: 10 * time.Millisecond, Send: 2 * time.Millisecond,
			Wait: 150 * time.Millisecond, Receive: 115 * time.Millisecond,
		},
	}
	changed := func(change func(*journey.Fetch)) []journey.Fetch {
		f := whole
		change(&f)
		return []journey.Fetch{f}
	}
	other := `{"method":"Network.requestWillBeSent","params":{"requestId":"9","timestamp":99,"wallTime":1699999999,"request":{"url":"data:,x"}}}`
	cases := map[string]struct {
		messages []string
		want     []journey.Fetch
	}{
		"as it is":         {[]string{sentEvent, answeredEvent, finishedEvent}, []journey.Fetch{whole}},
		"told twice":       {[]string{sentEvent, sentEvent, answeredEvent, answeredEvent, finishedEvent, finishedEvent}, []journey.Fetch{whole}},
		"an unknown event": {[]string{`{"method":"Network.somethingNew","params":{"requestId":"1.1"}}`, sentEvent, answeredEvent, finishedEvent}, []journey.Fetch{whole}},
		"unknown words": {[]string{
			`{"method":"Network.requestWillBeSent","params":{"requestId":"1.1","loaderId":"L","timestamp":100,"wallTime":1700000000,"type":"Hologram","frameId":"M","novelty":{"a":[1]},
				"initiator":{"type":"telepathy"},"request":{"url":"https://shop.example/a.js","method":"GET","headers":{},"initialPriority":"High"}}}`, answeredEvent, finishedEvent,
		}, changed(func(f *journey.Fetch) { f.Kind, f.Initiator.Kind = "hologram", "telepathy" })},
		"not told that it was sent": {[]string{
			other, `{"method":"Network.requestWillBeSent","params":{"requestId":"1.1","timestamp":{"unheard":"of"}}}`, answeredEvent, finishedEvent,
		}, changed(func(f *journey.Fetch) {
			f.Method, f.Priority, f.Initiator = "", "", journey.Initiator{}
			f.Start, f.Phases.Queued = f.Start.Add(10*time.Millisecond), time.Millisecond
		})},
		"not told of its answer": {[]string{sentEvent, finishedEvent}, []journey.Fetch{{
			URL: whole.URL, Method: "GET", Kind: "script", Priority: "High", Initiator: whole.Initiator, Start: whole.Start, Transferred: 1234,
			Phases: journey.FetchPhases{Wait: 300 * time.Millisecond},
		}}},
		"an end before the answer":      {[]string{sentEvent, finishedEvent, answeredEvent}, []journey.Fetch{whole}},
		"of nothing that was asked for": {[]string{finishedEvent, `{"method":"Network.loadingFailed","params":{"requestId":"7","timestamp":1,"errorText":"x"}}`, answeredEvent}, []journey.Fetch{}},
	}
	for name, c := range cases {
		if diff := cmp.Diff(c.want, told(t, c.messages...).Waterfall().Requests); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestPhasesAreWhole: whatever Chrome says, a request's phases are its time,
// and none is negative.
func TestPhasesAreWhole(t *testing.T) {
	for _, timing := range []*network.ResourceTiming{
		nil,
		{},
		{RequestTime: 100.01},
		{RequestTime: 99, DNSStart: -1, DNSEnd: -1, ConnectStart: -1, ConnectEnd: -1, SslStart: -1, SslEnd: -1, SendStart: 0.1, SendEnd: 0.2, ReceiveHeadersEnd: 9000},
		{RequestTime: 200, DNSStart: 5, DNSEnd: 1, ConnectStart: 9, ConnectEnd: 2, SslStart: 1, SslEnd: 900, SendStart: -1, SendEnd: -1, ReceiveHeadersEnd: -7},
		{RequestTime: 100.001, SendStart: 10, SendEnd: 11, ReceiveHeadersEnd: 12},
	} {
		for _, answered := range []float64{0, 99, 100.02, 300} {
			x := recorded{issued: 100, answered: answered, ended: 100.5, timing: timing}
			p := x.phases(x.ended)
			if total := p.Total(); total < 499*time.Millisecond || total > 501*time.Millisecond {
				t.Errorf("%+v, answered at %g: the phases are %s in all, want 500ms: %+v", timing, answered, total, p)
			}
			for _, d := range []time.Duration{p.Queued, p.DNS, p.Connect, p.TLS, p.Send, p.Wait, p.Receive, p.Connect - p.TLS} {
				if d < 0 {
					t.Errorf("%+v: a phase is negative: %+v", timing, p)
				}
			}
		}
	}
}

// TestWrap: a command for a worker in a frame lies in one for the frame.
func TestWrap(t *testing.T) {
	got, err := wrap([]cdptarget.SessionID{"frame", "worker"}, "Network.enable", map[string]int{"a": 1})
	if err != nil {
		t.Fatal(err)
	}
	want := toTarget{"frame", `{"id":1,"method":"Target.sendMessageToTarget","params":{"sessionId":"worker","message":"{\"id\":1,\"method\":\"Network.enable\",\"params\":{\"a\":1}}"}}`}
	if got != want {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}
