package probe_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/probe"
)

func see(s string) *journey.Expectation { return new(sees(s)) }

// shown is what a condition asks for.
func shown(s string) *journey.Expectation {
	return &journey.Expectation{Claim: journey.ClaimVisible, Target: &journey.Target{By: journey.ByAny, Value: journey.Plain(s)}}
}

func click(name string) journey.Action {
	return journey.Action{Verb: journey.Click, Target: &journey.Target{By: journey.ByAny, Value: journey.Plain(name)}}
}

// conditional is a step that is walked only under conditions.
func conditional(conditions ...journey.Condition) journey.Step {
	s := step("sometimes", click("Go"), sees("done"))
	s.Timeout, s.Conditions = time.Minute, conditions
	return s
}

func TestConditions(t *testing.T) {
	gold := journey.Plain("gold")
	tests := map[string]struct {
		conditions []journey.Condition
		leftOut    string
	}{
		"no condition":               {},
		"what is seen":               {[]journey.Condition{{See: shown("Home")}}, ""},
		"what comes to be seen":      {[]journey.Condition{{See: shown("Late")}}, ""},
		"what isn't seen":            {[]journey.Condition{{See: shown("Log in")}}, `when: {see: "Log in"}`},
		"unless it is seen":          {[]journey.Condition{{Unless: true, See: shown("Home")}}, `unless: {see: "Home"}`},
		"unless it isn't seen":       {[]journey.Condition{{Unless: true, See: shown("Log in")}}, ""},
		"the device":                 {[]journey.Condition{{Devices: []string{"phone", "desktop"}}}, ""},
		"another device":             {[]journey.Condition{{Devices: []string{"phone"}}}, "when: {device: phone}"},
		"not on the device":          {[]journey.Condition{{Unless: true, Devices: []string{"desktop"}}}, "unless: {device: desktop}"},
		"a variable":                 {[]journey.Condition{{Var: "plan", Value: gold, Op: journey.Is, Text: gold}}, ""},
		"another variable":           {[]journey.Condition{{Var: "plan", Value: gold, Op: journey.Contains, Text: journey.Plain("silver")}}, "when: {var: plan, contains: silver}"},
		"a variable's form":          {[]journey.Condition{{Unless: true, Var: "plan", Value: gold, Op: journey.Matches, Text: journey.Plain("^g.*d$")}}, `unless: {var: plan, matches: "^g.*d$"}`},
		"one of two isn't as wanted": {[]journey.Condition{{See: shown("Home")}, {Unless: true, Devices: []string{"desktop"}}}, "unless: {device: desktop}"},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", page(`<h1>Home</h1><button onclick="document.body.append('done')">Go</button><script>setTimeout(() => document.body.append('Late'), 400)</script>`))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	b := newBrowser(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := step("home", open("/"), sees("Home"))
			home.Timeout = time.Minute
			run := probe.Run(t.Context(), b, path(server, home, conditional(tt.conditions...)), desktop(), probe.Options{})
			got := ""
			if why := run.Steps[1].LeftOut; why != nil {
				got = *why
			}
			if got != tt.leftOut {
				t.Errorf("left out: %q, want %q", got, tt.leftOut)
			}
			want := "timed: timed timed"
			if tt.leftOut != "" {
				want = "timed: timed skipped"
			}
			if got := kinds(run); got != want || run.WaitMs == nil {
				t.Errorf("%s, wait %v; want %s, and a wait", outcomes(run), run.WaitMs, want)
			}
		})
	}
}

// kinds is outcomes without the bands.
func kinds(run journey.Run) string {
	kind := func(o journey.Outcome) string {
		if o.Timed() {
			return "timed"
		}
		return string(o)
	}
	words := []string{kind(run.Outcome) + ":"}
	for _, s := range run.Steps {
		words = append(words, kind(s.Outcome))
	}
	return strings.Join(words, " ")
}

func TestRepeat(t *testing.T) {
	// Each press brings five more, a while later; twenty are all.
	list := page(`<ul id=list></ul><button>More</button><script>
		let n = 0;
		document.querySelector('button').addEventListener('click', () => setTimeout(() => {
			for (let i = 0; i < 5; i++) document.querySelector('#list').append(Object.assign(document.createElement('li'), {textContent: 'Item ' + ++n}));
			if (n >= 20) document.querySelector('button').outerHTML = '<p>That was all</p>';
		}, 150));
	</script>`)
	server := httptest.NewServer(list)
	t.Cleanup(server.Close)
	b := newBrowser(t)
	items := func(n float64) journey.Expectation {
		return journey.Expectation{Claim: journey.ClaimCount, Target: &journey.Target{By: journey.ByCSS, Value: journey.Plain("li")}, Op: journey.Is, Number: n}
	}
	tests := map[string]struct {
		repeat  journey.Repeat
		expect  journey.Expectation
		failure string
	}{
		"so many times":        {journey.Repeat{Times: 3}, items(15), ""},
		"until it is seen":     {journey.Repeat{Times: 10, Until: see("That was all")}, items(20), ""},
		"not seen by then":     {journey.Repeat{Times: 2, Until: see("That was all")}, items(10), `text: "That was all" was not seen after 2 rounds of the step's actions`},
		"seen after the first": {journey.Repeat{Times: 10, Until: see("Item 5")}, items(5), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home, more := step("home", open("/")), step("more", click("More"), tt.expect)
			home.Timeout, more.Timeout, more.Repeat = time.Minute, time.Minute, &tt.repeat
			run := probe.Run(t.Context(), b, path(server, home, more), desktop(), probe.Options{})
			got := ""
			if f := run.Steps[1].Failure; f != nil {
				got = f.Message
			}
			if got != tt.failure {
				t.Errorf("failure %q, want %q", got, tt.failure)
			}
		})
	}
}

func TestRetry(t *testing.T) {
	tests := map[string]struct {
		bad  int64 // so many answers are errors
		try  int
		want string
	}{
		"it went well at once":     {0, 2, "timed: timed"},
		"the second try went well": {1, 2, "timed: timed"},
		"the last try went well":   {2, 2, "timed: timed"},
		"none did":                 {3, 2, "failed: failed"},
		"one try is all there is":  {1, 0, "failed: failed"},
	}
	b := newBrowser(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/" && asked.Add(1) <= tt.bad {
					http.Error(w, "not now", http.StatusServiceUnavailable)
					return
				}
				page(`<h1>Home</h1>`)(w, r)
			}))
			t.Cleanup(server.Close)
			home := step("home", open("/"), sees("Home"))
			home.Timeout, home.Retry = time.Minute, tt.try
			run := probe.Run(t.Context(), b, path(server, home), desktop(), probe.Options{})
			if got := kinds(run); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if want := min(tt.bad, int64(tt.try)); int64(len(run.Steps[0].Notes)) != want || asked.Load() != want+1 {
				t.Errorf("%d notes and %d visits, want %d and %d: %q", len(run.Steps[0].Notes), asked.Load(), want, want+1, run.Steps[0].Notes)
			}
			// What Chrome says of each answer is told once, with how often it came.
			if said := run.Steps[0].Console; tt.bad > 0 && (len(said) != 1 || int64(said[0].Times) != tt.bad || *run.Steps[0].ConsoleErrors != said[0].Times) {
				t.Errorf("%d errors in the console of %d bad answers: %+v", *run.Steps[0].ConsoleErrors, tt.bad, said)
			}
		})
	}
}

// What a condition is about may be in a frame, on a page that is still on its
// way, or on one that hangs: the last is the site's fault, not ours.
func TestConditionsOfDifficultPages(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", page(`<h1>Home</h1><iframe title="Pay" srcdoc="<p>Inside</p>"></iframe>
		<button onclick="document.body.append('done')">Go</button>
		<button onclick="document.body.append('pressed'); setTimeout(() => { location = '/late' }, 300)">Leave</button>
		<button onclick="document.body.append('pressed'); setTimeout(() => { for (;;); }, 100)">Hang</button>`))
	mux.HandleFunc("/late", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(3 * time.Second):
		case <-r.Context().Done():
		}
		page(`<h1>Late</h1><button onclick="document.body.append('done')">Go</button>`)(w, r)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	inFrame := shown("Inside")
	inFrame.Target.Frame = &journey.Target{By: journey.ByAny, Value: journey.Plain("Pay")}
	outside := shown("Home")
	outside.Target.Frame = inFrame.Target.Frame
	tests := map[string]struct {
		press string
		see   *journey.Expectation
		want  string
	}{
		"in a frame":                       {"", inFrame, "timed: timed timed"},
		"only outside the frame":           {"", outside, "timed: timed skipped"},
		"on a page that is on its way":     {"Leave", shown("Late"), "timed: timed timed timed"},
		"on a page that no longer answers": {"Hang", shown("Late"), "failed: timed timed failed"},
	}
	b := newBrowser(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps := []journey.Step{step("home", open("/"), sees("Home"))}
			if tt.press != "" {
				steps = append(steps, step("press", click(tt.press), sees("pressed")))
			}
			steps = append(steps, conditional(journey.Condition{See: tt.see}))
			for i := range steps {
				steps[i].Timeout = time.Minute
			}
			if tt.press == "Hang" {
				steps[2].Timeout = 6 * time.Second // is waited out
			}
			run := probe.Run(t.Context(), b, path(server, steps...), desktop(), probe.Options{})
			if got := kinds(run); got != tt.want {
				t.Errorf("got %s, want %s (%v)", got, tt.want, run.Error)
			}
		})
	}
}
