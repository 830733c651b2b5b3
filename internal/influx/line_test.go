package influx

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

const runTagsWant = "client=acme,site=shop,env=production,journey=buy-shoes,stage=purchase,device=phone,network=slow-4g,location=tlv-1"

func TestLinesOfAFullRun(t *testing.T) {
	got := strings.Split(string(Payload(Lines(fullRun())...)), "\n")
	want := []string{
		"journey_run," + runTagsWant + " wait_ms=7210.5,abandonment_low=0.243,abandonment_high=0.3,duration_ms=9250,overhead_ms=120.2," +
			`starved=0i,attempt=2i,actions=7i,pages=1i,steps_failed=1i,run_id="01JRUN",failed_step="pay",error="expectation: \"Order confirmed\" not seen",` +
			`revision="9f2c",browser="headless-shell 156.0.8078.79",cpu_delay=0.021,` +
			"level=4i,good=0i,slow=0i,bad=0i,critical=0i,failed=1i,blocked=0i,probe_error=0i,missed=0i 1767261600000000000",
		"journey_step," + runTagsWant + ",step=home wait_ms=612.3,abandonment=0.001,ttfb_ms=41,fcp_ms=180.2,lcp_ms=420.9,inp_ms=16.5,cls=0.01," +
			"blocking_ms=51,dns_ms=2.1,connect_ms=0.2,tls_ms=30.4,dom_content_loaded_ms=210.7,load_ms=590.1,index=0i,starved=0i," +
			`requests=42i,requests_failed=3i,bytes=813220i,third_party=5i,console_errors=6i,tls_days_left=61i,run_id="01JRUN",` +
			"level=0i,good=1i,slow=0i,bad=0i,critical=0i,failed=0i,blocked=0i 1767261600000000000",
		"journey_step," + runTagsWant + `,step=pay gave_up_ms=30000,index=1i,starved=0i,run_id="01JRUN",error="expectation: \"Order confirmed\" not seen",` +
			"level=4i,good=0i,slow=0i,bad=0i,critical=0i,failed=1i,blocked=0i 1767261600000000000",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestLinesOfAMissedRunHaveEveryTagAndNoFigure(t *testing.T) {
	want := "journey_run,client=none,site=shop,env=none,journey=buy-shoes,stage=none,device=desktop,network=none,location=none " +
		`starved=0i,attempt=0i,run_id="01JMISSED",error="down: samui was not running",` +
		"level=7i,good=0i,slow=0i,bad=0i,critical=0i,failed=0i,blocked=0i,probe_error=0i,missed=1i 1767261600000000000"
	if diff := cmp.Diff(want, string(Payload(Lines(missedRun())...))); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestStarvedIsAFlagThatIsAlwaysThere(t *testing.T) {
	for _, tt := range []struct {
		measured *bool
		want     string
	}{{nil, "starved=0i"}, {new(false), "starved=0i"}, {new(true), "starved=1i"}} {
		r := fullRun()
		r.Probe.Starved = tt.measured
		for _, line := range Lines(r) {
			if !strings.Contains(string(line), tt.want) {
				t.Errorf("measured %v: line %s\nwant %s", tt.measured, line, tt.want)
			}
		}
	}
}

func TestTimeOfALine(t *testing.T) {
	slot, start := ten(), ten().Add(1234567890*time.Nanosecond)
	inTelAviv := slot.In(time.FixedZone("IST", 2*60*60))
	for name, tt := range map[string]struct {
		run  journey.Run
		want string // the end of the line; empty = no line
	}{
		"of a slot":             {journey.Run{Slot: &slot, StartedAt: &start}, " 1767261600000000000"},
		"of a slot, elsewhere":  {journey.Run{Slot: &inTelAviv}, " 1767261600000000000"},
		"of a run by hand":      {journey.Run{StartedAt: &start}, " 1767261601234567890"},
		"of nothing":            {journey.Run{}, ""},
		"of a step without any": {journey.Run{Steps: fullRun().Steps}, ""},
	} {
		lines := Lines(tt.run)
		if tt.want == "" && len(lines) != 0 || tt.want != "" && (len(lines) != 1 || !strings.HasSuffix(string(lines[0]), tt.want)) {
			t.Errorf("%s: lines %q, want the time %q", name, lines, tt.want)
		}
	}
}

func TestSelfLine(t *testing.T) {
	want := "probe_self,location=tlv-1,host=box running=1i,queued=2i,schedule_lag_ms=3.5,missed=4i,outbox_depth=5i,outbox_oldest_s=6.5," +
		"outbox_refused=7i,outbox_dropped=8i,chrome_rss_bytes=9663676416i,cpu_delay=0.25," +
		"due=10i,done=11i,journeys=12i,journeys_refused=13i,store_up=1i,chrome_up=0i,chrome_restarts=14i," +
		"slack_depth=15i,slack_oldest_s=16.5,slack_refused=17i,slack_dropped=18i," +
		"webhook_depth=19i,webhook_oldest_s=20.5,webhook_refused=21i,webhook_dropped=22i," +
		"admitted=23i,capacity_per_min=24.5,offered_per_min=25.5 1767261600000000000"
	if got := string(SelfLine(fullSelf())); got != want {
		t.Errorf("SelfLine() = %s\nwant %s", got, want)
	}
	want = "probe_self,location=none,host=none running=0i,queued=0i,schedule_lag_ms=0,missed=0i,outbox_depth=0i,outbox_oldest_s=0," +
		"outbox_refused=0i,outbox_dropped=0i,due=0i,done=0i,journeys=0i,journeys_refused=0i,chrome_restarts=0i 1767261600000000000"
	if got := string(SelfLine(Self{At: ten()})); got != want {
		t.Errorf("SelfLine() = %s\nwant zeros and nothing that wasn't measured or is off: %s", got, want)
	}
	if got := SelfLine(Self{}); got != nil {
		t.Errorf("SelfLine() without a time = %s, want none", got)
	}
}

func TestIncidentLine(t *testing.T) {
	const tags = "journey_incident,client=acme,site=shop,env=production,journey=buy-shoes,stage=purchase,step=pay,location=tlv-1,severity=failed,event=opened "
	named, wall, untimed := fullIncident(), Incident{At: ten(), Site: "shop", Severity: "blocked", Event: "resolved", ID: "01jwall"}, fullIncident()
	untimed.At = time.Time{}
	for name, tt := range map[string]struct {
		incident Incident
		want     string
	}{
		"with everything": {named, tags + `title="קניית נעליים › Pay",cause="\"Order confirmed\" not seen",incident_id="01jincident" 1767261601500000000`},
		"of a whole site": {wall, "journey_incident,client=none,site=shop,env=none,journey=none,stage=none,step=none,location=none,severity=blocked,event=resolved " + `incident_id="01jwall" 1767261600000000000`},
		"without a time":  {untimed, ""},
		"without a word":  {Incident{At: ten(), Site: "shop"}, ""},
	} {
		if got := string(IncidentLine(tt.incident)); got != tt.want {
			t.Errorf("%s: IncidentLine() = %s\nwant %s", name, got, tt.want)
		}
	}
}

// What no InfluxDB takes is left out, and the rest of the point stays.
func TestNumbersThatAreNone(t *testing.T) {
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		r := fullRun()
		r.WaitMs, r.Steps[0].Page.CLS = &f, &f
		payload := string(Payload(Lines(r)...))
		if n := strings.Count(payload, "wait_ms"); n != 1 || strings.Contains(payload, "cls") {
			t.Errorf("%v: lines %s\nwant wait_ms of the step only, and no cls", f, payload)
		}
	}
}

func TestNamesAsPeopleWriteThem(t *testing.T) {
	long := strings.Repeat("ש", 200) // 400 bytes
	for in, want := range map[string]string{
		"":                     "none",
		"  \t\r\n":             "none",
		"\u200f\u202e":         "none",
		"acme":                 "acme",
		"א ב":                  `א\ ב`,
		"نمی\u200cشود":         "نمی\u200cشود", // with a joiner that the word needs
		"👩\u200d💻":             "👩\u200d💻",
		"\u200fאב\u202c":       "אב",
		"a,b=c d":              `a\,b\=c\ d`,
		`"quoted"`:             `"quoted"`,
		" around ":             "around",
		"two\nlines\r\n\there": `two\ lines\ here`,
		"nul\x00bell\x07":      `nul\ bell`,
		"\u2028sep\u0085nel":   `sep\ nel`,
		`C:\shop`:              `C:/shop`,
		`end\`:                 `end/`,
		`end\\`:                `end//`,
		`a\,b`:                 `a/\,b`,
		`a\ b`:                 `a/\ b`,
		"cut \xd7 off\xff":     "cut\\ \ufffd\\ off\ufffd",
		long:                   strings.Repeat("ש", 126) + "…",
	} {
		if got := string(appendTag(nil, in)); got != want {
			t.Errorf("tag %q is written %q, want %q", in, got, want)
		}
	}
}

func TestWordsAsPeopleWriteThem(t *testing.T) {
	for in, want := range map[string]string{
		"":                          "",
		"\n\u200e":                  "",
		"a,b=c d":                   `"a,b=c d"`,
		`say "hi"`:                  `"say \"hi\""`,
		`C:\`:                       `"C:\\"`,
		`\"`:                        `"\\\""`,
		"two\nlines":                `"two lines"`,
		strings.Repeat("x", 1024):   `"` + strings.Repeat("x", 1024) + `"`,
		strings.Repeat("x", 1025):   `"` + strings.Repeat("x", 1021) + `…"`,
		strings.Repeat("é x", 1000): `"` + strings.Repeat("é x", 255) + `…"`,
	} {
		if got := string(appendText(nil, in)); got != want {
			t.Errorf("text %q is written %q, want %q", in, got, want)
		}
	}
}

// The names that the manual promises and dashboards use, copied by hand. A
// change here is a break for whoever has data.
func TestNamesAndTypesAreThePromisedOnes(t *testing.T) {
	promised := func(tags, floats, ints, strs string) Measurement {
		m := Measurement{Tags: strings.Split(tags, ", "), Fields: map[string]string{}}
		for kind, list := range map[string]string{"float": floats, "integer": ints, "string": strs} {
			for name := range strings.FieldsSeq(strings.ReplaceAll(list, ",", " ")) {
				m.Fields[name] = kind
			}
		}
		return m
	}
	want := map[string]Measurement{
		"journey_run": promised("client, site, env, journey, stage, device, network, location",
			"wait_ms, abandonment_low, abandonment_high, duration_ms, overhead_ms, cpu_delay",
			"level, good, slow, bad, critical, failed, blocked, probe_error, missed, starved, attempt, actions, pages, steps_failed",
			"run_id, failed_step, error, revision, browser"),
		"journey_step": promised("client, site, env, journey, stage, device, network, location, step",
			"wait_ms, gave_up_ms, abandonment, ttfb_ms, fcp_ms, lcp_ms, inp_ms, cls, blocking_ms, dns_ms, connect_ms, tls_ms, dom_content_loaded_ms, load_ms",
			"index, level, good, slow, bad, critical, failed, blocked, starved, requests, requests_failed, bytes, third_party, console_errors, tls_days_left",
			"run_id, error"),
		"journey_incident": promised("client, site, env, journey, stage, step, location, severity, event",
			"", "", "title, cause, incident_id"),
		"probe_self": promised("location, host",
			"schedule_lag_ms, outbox_oldest_s, cpu_delay, slack_oldest_s, webhook_oldest_s, capacity_per_min, offered_per_min",
			"running, queued, missed, outbox_depth, outbox_refused, outbox_dropped, chrome_rss_bytes, due, done, journeys, journeys_refused, store_up, chrome_up, chrome_restarts, "+
				"slack_depth, slack_refused, slack_dropped, webhook_depth, webhook_refused, webhook_dropped, admitted",
			""),
	}
	if diff := cmp.Diff(want, Schema()); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
}

func TestLevelsOfEveryOutcome(t *testing.T) {
	for i, o := range []journey.Outcome{journey.Good, journey.Slow, journey.Bad, journey.Critical, journey.Failed, journey.Blocked, journey.ProbeError, journey.Missed} {
		line := string(Lines(journey.Run{Slot: new(ten()), Outcome: o})[0])
		if want := ",level=" + string(rune('0'+i)) + "i,"; !strings.Contains(line, want) {
			t.Errorf("%s: line %s, want it to hold %s", o, line, want)
		}
		_, flags, _ := strings.Cut(line, ",good=")
		if strings.Count(flags, "1i") != 1 || !strings.Contains(",good="+flags, ","+string(o)+"=1i") {
			t.Errorf("%s: line %s, want only its own flag to be 1", o, line)
		}
	}
}
