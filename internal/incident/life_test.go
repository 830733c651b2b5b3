package incident_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/incident"
	"samui/internal/journey"
)

func TestReminders(t *testing.T) {
	for name, l := range map[string]life{
		"every hour":          {remind: time.Hour, script: "desktop: 30F", want: "5 opened failed, 65 reminded failed, 125 reminded failed"},
		"never":               {script: "desktop: 400F", want: "5 opened failed"},
		"not by a good look":  {remind: 10 * time.Minute, script: "desktop: F F F G F", want: "5 opened failed, 20 reminded failed"},
		"not by another's":    {remind: 10 * time.Minute, script: "desktop: F F - - - - | phone: G G G G G G", want: "5 opened failed"},
		"counted since worse": {remind: 15 * time.Minute, script: "desktop: B B F F F F F", want: "5 opened bad, 15 worsened failed, 30 reminded failed"},
		"not since better":    {remind: 15 * time.Minute, script: "desktop: F F B B B", want: "5 opened failed, 15 improved bad, 20 reminded bad"},
		"since reopened":      {remind: 20 * time.Minute, script: "desktop: F F G G F F F F F F", want: "5 opened failed, 15 resolved failed, 25 reopened failed, 45 reminded failed"},
		"not once somebody takes care": {
			remind: 10 * time.Minute, script: "desktop: 9F | person: - - ack", want: "5 opened failed, 10 acknowledged failed",
		},
		"again after a reopening": {
			remind: 10 * time.Minute, script: "desktop: F F F G G F F F F | person: - - ack",
			want: "5 opened failed, 10 acknowledged failed, 20 resolved failed, 30 reopened failed, 40 reminded failed",
		},
		"even where each result names another step": {
			remind: 10 * time.Minute, script: "desktop: F@a F@b F@a F@b F@a F@b F@a",
			want: "5 opened failed, 10 moved failed, 15 reminded failed, 20 moved failed, 25 reminded failed, 30 moved failed",
		},
	} {
		t.Run(name, func(t *testing.T) { l.test(t, site) })
	}
	t.Run("of Samui's own trouble", func(t *testing.T) {
		life{remind: time.Hour, script: "desktop: 20E", want: "10 opened probe_error, 70 reminded probe_error"}.test(t, probe)
	})
}

func TestAcknowledge(t *testing.T) {
	for name, l := range map[string]life{
		"nothing is open":       {script: "desktop: F G | person: ack ack"},
		"once":                  {script: "desktop: F F F | person: - ack", want: "5 opened failed, 5 acknowledged failed"},
		"twice":                 {script: "desktop: F F F | person: - ack ack", want: "5 opened failed, 5 acknowledged failed"},
		"it is over":            {script: "desktop: F F G G - | person: - - - - ack", want: "5 opened failed, 15 resolved failed"},
		"it gets worse anyway":  {script: "desktop: B B F F | person: - ack", want: "5 opened bad, 5 acknowledged bad, 15 worsened failed"},
		"anew after reopening":  {script: "desktop: F F G G F F - | person: - ack - - - ack ack", want: "5 opened failed, 5 acknowledged failed, 15 resolved failed, 25 reopened failed, 25 acknowledged failed"},
		"of what was less bad":  {script: "desktop: B B F F G F F | person: - ack - ack", want: "5 opened bad, 5 acknowledged bad, 15 worsened failed, 15 acknowledged failed"},
		"and then all was well": {script: "desktop: F F G G | person: - ack", want: "5 opened failed, 5 acknowledged failed, 15 resolved failed"},
	} {
		t.Run(name, func(t *testing.T) { l.test(t, site) })
	}
	t.Run("by somebody", func(t *testing.T) {
		s := tell(t, site, incident.Rules{Alerts: defaults}, script(t, "desktop: F F"))
		at := epoch.Add(time.Hour)
		_, change := incident.Acknowledge(s.track, at.In(time.FixedZone("IST", 7200)), "")
		want := &incident.Acknowledgement{At: at, By: "somebody"}
		if diff := cmp.Diff(want, change.Incident.Ack); diff != "" {
			t.Errorf("acknowledged (-want +got):\n%s", diff)
		}
		if s.track.Last.Ack != nil {
			t.Error("the track that was given is acknowledged too")
		}
	})
}

func TestRetire(t *testing.T) {
	at := epoch.Add(time.Hour)
	open := tell(t, site, incident.Rules{Alerts: defaults}, script(t, "desktop: F F | phone: F F | tablet: G G")).track
	for name, tt := range map[string]struct {
		registered []string
		ends       bool
	}{
		"nobody said who there is":   {nil, false},
		"all are registered":         {[]string{"desktop", "phone", "tablet"}, false},
		"one that is a part of it":   {[]string{"phone"}, false},
		"only one that is no part":   {[]string{"tablet"}, true},
		"none":                       {[]string{}, true},
		"one that never had results": {[]string{"kiosk"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			before := text(t, open)
			after, change := incident.Retire(open, incident.Rules{Registered: tt.registered}, at)
			lawful(t, open, after, change)
			if got := text(t, open); got != before {
				t.Errorf("the track that was given = %s, was %s", got, before)
			}
			if (change != nil) != tt.ends {
				t.Fatalf("change = %+v, want one: %t", change, tt.ends)
			}
			if tt.ends && (change.Event.Kind != incident.Resolution || !change.Event.At.Equal(at) || change.Event.Text != "nobody looks there any more") {
				t.Errorf("event = %+v", change.Event)
			}
		})
	}
	t.Run("nothing is open", func(t *testing.T) {
		if _, change := incident.Retire(incident.Track{}, incident.Rules{Registered: []string{}}, at); change != nil {
			t.Errorf("change = %+v, want nil", change)
		}
	})
}

func TestUnregisteredMembers(t *testing.T) {
	follow := func(r incident.Rules, before incident.Track, words string) (incident.Track, string) {
		t.Helper()
		after := before
		var kinds []string
		for _, m := range script(t, words) {
			was := after
			var change *incident.Change
			after, change = m.step(site, was, r)
			lawful(t, was, after, change)
			if change != nil {
				kinds = append(kinds, string(change.Event.Kind))
			}
		}
		return after, strings.Join(kinds, ", ")
	}
	all := incident.Rules{Alerts: defaults}
	without := incident.Rules{Alerts: defaults, Registered: []string{"phone"}}
	both, _ := follow(all, incident.Track{}, "desktop: F F | phone: F F")
	desktop, _ := follow(all, incident.Track{}, "desktop: F F | phone: G G")

	for name, tt := range map[string]struct {
		before       incident.Track
		words, kinds string
		members      int
	}{
		"its results open nothing":                    {incident.Track{}, "desktop: F F F", "", 0},
		"nor do they keep an incident open":           {both, "desktop: - - F F F F | phone: - - G G G G", "moved, resolved", 1},
		"it is forgotten with another's next result":  {desktop, "phone: - - G", "resolved", 1},
		"even with one that fails":                    {desktop, "phone: - - F", "resolved", 1},
		"its own changes nothing of what is open yet": {desktop, "desktop: - - F G G", "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			after, kinds := follow(without, tt.before, tt.words)
			if kinds != tt.kinds || len(after.Members) != tt.members {
				t.Errorf("events = %q, members = %d, want %q, %d", kinds, len(after.Members), tt.kinds, tt.members)
			}
		})
	}
}

func TestRunsWithoutASlotCountForNothing(t *testing.T) {
	r := result("desktop", epoch, "F", false, "")
	r.Slot = nil
	if keys := incident.Keys(r); keys != nil {
		t.Errorf("keys = %v, want none", keys)
	}
	before := tell(t, site, incident.Rules{Alerts: defaults}, script(t, "desktop: F")).track
	after, change := incident.Follow(site, before, r, incident.Rules{Alerts: defaults})
	if change != nil || text(t, after) != text(t, before) {
		t.Errorf("track = %s, change = %+v, want %s, nil", text(t, after), change, text(t, before))
	}
}

func TestOldResultsCountForNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		key incident.Key
		old string // its last result comes when all others of the script are there
	}{
		"the same failure":                {site, "desktop: G F"},
		"an older one":                    {site, "desktop: F G"},
		"the same bot wall":               {wall, "desktop: W W"},
		"a bot wall before it was let in": {wall, "desktop: W W G"},
		"the same error":                  {probe, "desktop: E E"},
		"an error before the last look":   {probe, "desktop: E E G"},
	} {
		t.Run(name, func(t *testing.T) {
			rules := incident.Rules{Alerts: defaults}
			moments := script(t, tt.old)
			before := tell(t, tt.key, rules, moments).track
			for range 5 {
				for _, m := range moments {
					after, change := m.step(tt.key, before, rules)
					if change != nil || text(t, after) != text(t, before) {
						t.Errorf("%s again: track = %s, change = %+v, want %s, nil", m.run.RunID, text(t, after), change, text(t, before))
					}
				}
			}
		})
	}
}

func TestEventsAreBounded(t *testing.T) {
	t.Run("the first is kept", func(t *testing.T) {
		s := tell(t, site, incident.Rules{Alerts: defaults}, script(t, "desktop:"+strings.Repeat(" F F G G", 60)))
		i := s.last(t)
		if len(i.Events) != incident.MaxEvents || i.Events[0].Revision != 1 || i.Events[1].Revision != 22 || i.Revision != 120 {
			t.Errorf("%d events of revisions %d, %d … after %d, want %d of 1, 22 … after 120",
				len(i.Events), i.Events[0].Revision, i.Events[1].Revision, i.Revision, incident.MaxEvents)
		}
	})
	t.Run("and what called somebody rather than what did not", func(t *testing.T) {
		r := incident.Rules{Alerts: defaults, Remind: 9 * time.Hour}
		s := tell(t, site, r, script(t, "desktop:"+strings.Repeat(" F@a F@b", 115)))
		var reminded []string
		for _, c := range s.changes {
			if e := c.Event; e.Kind == incident.Reminded {
				reminded = append(reminded, e.At.Sub(epoch).Truncate(time.Hour).String())
			}
		}
		if want := []string{"9h0m0s", "18h0m0s"}; !slices.Equal(reminded, want) {
			t.Errorf("reminded after %v, want %v", reminded, want)
		}
		if got := s.last(t).Events[:2]; got[0].Kind != incident.Opened || got[1].Kind != incident.Reminded {
			t.Errorf("kept first: %+v", got)
		}
	})
}

func TestIncidentsSayWhoseTroubleTheyAre(t *testing.T) {
	for name, tt := range map[string]struct {
		key    incident.Key
		script string
		want   incident.Incident
		says   string
		cause  string
	}{
		"the site's": {site, "desktop: F F", incident.Incident{
			Kind: incident.KindSite, Client: "acme", Site: "shop", Env: "production", Journey: "buy", Title: "Buy", Stage: "purchase", Location: "tlv",
			Severity: journey.Failed, Peak: journey.Failed, Affected: []string{"desktop"}, Bad: 2, Revision: 1,
		}, "Buy › Pay", `"Order confirmed" not seen`},
		"the site's, slow": {site, "phone: G B B", incident.Incident{
			Kind: incident.KindSite, Client: "acme", Site: "shop", Env: "production", Journey: "buy", Title: "Buy", Stage: "purchase", Location: "tlv",
			Severity: journey.Bad, Peak: journey.Bad, Affected: []string{"phone"}, Bad: 2, Revision: 1,
		}, "Buy › Pay", "5.0 s"},
		"a bot wall": {wall, "desktop: W W W", incident.Incident{
			Kind: incident.KindWall, Client: "acme", Site: "shop", Env: "production", Location: "tlv",
			Severity: journey.Blocked, Peak: journey.Blocked, Affected: []string{"buy/desktop"}, Bad: 3, Revision: 1,
		}, "the site turns the robot away", "the site asks for a captcha"},
		"Samui's own": {probe, "desktop: M E E E", incident.Incident{
			Kind: incident.KindProbe, Location: "tlv",
			Severity: journey.ProbeError, Peak: journey.ProbeError, Affected: []string{"shop/buy/desktop"}, Bad: 4, Revision: 1,
		}, "Samui can't look from tlv", "Chrome died"},
	} {
		t.Run(name, func(t *testing.T) {
			s := tell(t, tt.key, incident.Rules{Alerts: defaults}, script(t, tt.script))
			got := s.last(t)
			if !strings.HasPrefix(got.ID, got.OpenedAt.Format("20060102t150405")+"-") || strings.Trim(got.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || len(got.ID) > 40 {
				t.Errorf("id = %q", got.ID)
			}
			if name, cause := got.Name(), got.Cause(); name != tt.says || cause != tt.cause {
				t.Errorf("name, cause = %q, %q, want %q, %q", name, cause, tt.says, tt.cause)
			}
			slot := result("desktop", epoch, "F", false, "").Slot
			if tt.script == "phone: G B B" {
				slot = new(epoch.Add(interval))
			}
			if !got.Since.Equal(*slot) {
				t.Errorf("since = %v, want %v", got.Since, slot)
			}
			tt.want.State = incident.Open
			tt.want.ID, tt.want.Since, tt.want.OpenedAt, tt.want.Worst, tt.want.Events = got.ID, got.Since, got.OpenedAt, got.Worst, got.Events
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("incident (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBadCountsTheResultsOfAllDevices(t *testing.T) {
	for script_, want := range map[string]int{
		"desktop: F F":                                2,
		"desktop: F F F G F":                          4,
		"phone: F G | desktop: F F":                   3,
		"phone: F - - - | desktop: - F G F":           2, // the phone's was before
		"phone: F F F | desktop: F F F":               6,
		"desktop: F F G G F G F":                      2,
		"desktop: F W E M F* F":                       2,
		"desktop: F F - - - | phone: G G F G F":       4,
		"desktop: F F G G - F F | phone: - - F - - -": 2, // the phone's was before
	} {
		if got := tell(t, site, incident.Rules{Alerts: defaults}, script(t, script_)).last(t).Bad; got != want {
			t.Errorf("%s: bad = %d, want %d", script_, got, want)
		}
	}
}

// Whoever edits the rules hears of it with the next result that is against.
func TestRulesChange(t *testing.T) {
	strict := incident.Rules{Alerts: journey.Alerts{At: journey.Bad, Open: 1, Of: 3, Resolve: 1}}
	loose := incident.Rules{Alerts: journey.Alerts{At: journey.Failed, Open: 3, Of: 3, Resolve: 3}}
	usual := incident.Rules{Alerts: defaults}
	for name, tt := range map[string]struct {
		before, after incident.Rules
		script        string // the last word comes after the change
		want          string
	}{
		"a good one opens nothing":         {usual, strict, "desktop: F G", ""},
		"a bad one opens":                  {usual, strict, "desktop: F", "opened"},
		"what is open stays so":            {usual, loose, "desktop: F F F", "opened"},
		"until enough are better":          {usual, loose, "desktop: F F G G G", "opened, resolved"},
		"what was bad is good enough now":  {usual, loose, "desktop: B B B", "opened"},
		"one better is enough for strict":  {usual, strict, "desktop: F F G", "opened, resolved"},
		"strict rules see what was slight": {usual, strict, "desktop: F G B", "opened"},
	} {
		t.Run(name, func(t *testing.T) {
			moments := script(t, tt.script)
			last := len(moments) - 1
			tr := tell(t, site, tt.before, moments[:last]).track
			after, change := moments[last].step(site, tr, tt.after)
			lawful(t, tr, after, change)
			var got []string
			if after.Last != nil {
				for _, e := range after.Last.Events {
					got = append(got, string(e.Kind))
				}
			}
			if got := strings.Join(got, ", "); got != tt.want {
				t.Errorf("events = %q, want %q", got, tt.want)
			}
		})
	}
}

// A clock's own reading, which JSON doesn't keep, must not tell the track that
// was restored from the one that wasn't.
func TestTimesAreThoseThatJSONKeeps(t *testing.T) {
	now := time.Now()
	var tr incident.Track
	for i := range 3 {
		run := result("desktop", now.Add(time.Duration(i)*interval), "F", false, "")
		tr, _ = incident.Follow(site, tr, run, incident.Rules{Alerts: defaults})
	}
	tr, _ = incident.Acknowledge(tr, now, "Dana")
	if back := restored(t, tr); !reflect.DeepEqual(tr, back) {
		t.Errorf("track = %#v\nfrom JSON %#v", tr, back)
	}
}

// Times are written in UTC, whatever the slots come in.
func TestTimesAreUTC(t *testing.T) {
	moments := script(t, "desktop: F F G G | person: - ack")
	for i := range moments {
		moments[i].at = moments[i].at.In(time.FixedZone("IST", 7200))
		if m := &moments[i].run; m.Slot != nil {
			m.Slot, m.FinishedAt = new(m.Slot.In(time.FixedZone("IST", 7200))), new(m.FinishedAt.In(time.FixedZone("IST", 7200)))
		}
	}
	s := tell(t, site, incident.Rules{Alerts: defaults}, moments)
	if got := text(t, s.track); strings.Contains(got, "+02:00") {
		t.Errorf("track = %s, want times in UTC", got)
	}
}

func TestMembers(t *testing.T) {
	j := journey.Journey{ID: "buy", Site: journey.Site{ID: "shop"}, Visits: []journey.Visit{
		{Device: journey.Device{Name: "desktop"}}, {Device: journey.Device{Name: "phone"}},
	}}
	for k, want := range map[incident.Key]string{
		site:  "[desktop phone]",
		wall:  "[buy/desktop buy/phone]",
		probe: "[shop/buy/desktop shop/buy/phone]",
		{Kind: incident.KindSite, Site: "shop", Journey: "search"}: "[]",
		{Kind: incident.KindSite, Site: "bank", Journey: "buy"}:    "[]",
		{Kind: incident.KindWall, Site: "bank"}:                    "[]",
	} {
		if got := fmt.Sprint(k.Members(j)); got != want {
			t.Errorf("%+v: members = %s, want %s", k, got, want)
		}
	}
	for _, k := range incident.Keys(result("phone", epoch, "G", false, "")) {
		if !slices.Contains(k.Members(j), k.Member(result("phone", epoch, "G", false, ""))) {
			t.Errorf("%+v: the member of a result is none of its journey's", k)
		}
	}
}
