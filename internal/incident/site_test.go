package incident_test

import (
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// life is a script and what it has to make of a key.
type life struct {
	alerts journey.Alerts // the zero value: the defaults
	remind time.Duration
	script string
	want   string // events
}

func (l life) test(t *testing.T, k incident.Key) {
	t.Helper()
	r := incident.Rules{Alerts: l.alerts, Remind: l.remind}
	if r.Alerts == (journey.Alerts{}) {
		r.Alerts = defaults
	}
	if got := tell(t, k, r, script(t, l.script)).events(); got != l.want {
		t.Errorf("%s\n got %q\nwant %q", l.script, got, l.want)
	}
}

func TestSiteOpens(t *testing.T) {
	everyTenth := "desktop: F 9G F 9G F 9G F 9G F 9G"
	for name, l := range map[string]life{
		"all is well":                          {script: "desktop: 20G"},
		"a single failure":                     {script: "desktop: G G F G G"},
		"every tenth result fails":             {script: everyTenth},
		"every third result fails":             {script: "desktop: F G G F G G F G G F G G"},
		"every tenth on each of two devices":   {script: everyTenth + " | phone: 9G F 9G F 9G F"},
		"one failure on each of three devices": {script: "desktop: F G G | phone: F G G | tablet: F G G"},
		"twice in a row":                       {script: "desktop: G G F F", want: "15 opened failed"},
		"the first two ever":                   {script: "desktop: F F", want: "5 opened failed"},
		"two of three":                         {script: "desktop: F G F", want: "10 opened failed"},
		"any device":                           {script: "desktop: G G G | phone: G F F", want: "10 opened failed"},
		"slow is told nobody":                  {script: "desktop: 9S"},
		"bad":                                  {script: "desktop: B B", want: "5 opened bad"},
		"critical":                             {script: "desktop: C C", want: "5 opened critical"},
		"what both of two reach":               {script: "desktop: F B", want: "5 opened bad"},
		"what two of three reach":              {script: "desktop: C G F", want: "10 opened critical"},
		"slow between two bad ones":            {script: "desktop: B S B", want: "10 opened bad"},

		"at slow":               {alerts: journey.Alerts{At: journey.Slow, Open: 2, Of: 3, Resolve: 2}, script: "desktop: S G S", want: "10 opened slow"},
		"at critical":           {alerts: journey.Alerts{At: journey.Critical, Open: 2, Of: 3, Resolve: 2}, script: "desktop: 3B C C", want: "20 opened critical"},
		"at failed":             {alerts: journey.Alerts{At: journey.Failed, Open: 2, Of: 3, Resolve: 2}, script: "desktop: 3C F C F", want: "25 opened failed"},
		"at once":               {alerts: journey.Alerts{At: journey.Bad, Open: 1, Of: 1, Resolve: 1}, script: "desktop: G B G", want: "5 opened bad, 10 resolved bad"},
		"one of three":          {alerts: journey.Alerts{At: journey.Bad, Open: 1, Of: 3, Resolve: 1}, script: "desktop: F G B", want: "0 opened failed, 5 resolved failed, 10 reopened bad"},
		"four of four":          {alerts: journey.Alerts{At: journey.Bad, Open: 4, Of: 4, Resolve: 2}, script: "desktop: 3F G 4F", want: "35 opened failed"},
		"rules that ask for 0":  {alerts: journey.Alerts{At: journey.Bad}, script: "desktop: 9F"},
		"no rules":              {alerts: journey.Alerts{Resolve: 1}, script: "desktop: 9F"},
		"no outcome to open at": {alerts: journey.Alerts{Open: 1, Of: 1, Resolve: 1}, script: "desktop: 9F"},
		"good opens nothing":    {alerts: journey.Alerts{At: journey.Good, Open: 1, Of: 1, Resolve: 1}, script: "desktop: G F"},
		"nor what nobody knows": {alerts: journey.Alerts{At: "odd", Open: 1, Of: 1, Resolve: 1}, script: "desktop: G F"},
	} {
		t.Run(name, func(t *testing.T) { l.test(t, site) })
	}
}

func TestSiteGoesOn(t *testing.T) {
	for name, l := range map[string]life{
		"as before":                            {script: "desktop: F F F F F", want: "5 opened failed"},
		"worse":                                {script: "desktop: B B C C", want: "5 opened bad, 15 worsened critical"},
		"worse by an outlier":                  {script: "desktop: B B F B B B", want: "5 opened bad"},
		"worse by outliers far apart":          {script: "desktop: B B F B B F B B", want: "5 opened bad"},
		"as bad again after a while":           {script: "desktop: F F B B F F", want: "5 opened failed, 15 improved bad, 25 moved failed"},
		"as bad again after an hour":           {script: "desktop: F F 12B F F", want: "5 opened failed, 15 improved bad, 75 worsened failed"},
		"as bad again, of what somebody cares": {script: "desktop: F F 26B F F | person: - - - ack", want: "5 opened failed, 15 improved bad, 15 acknowledged bad, 145 worsened failed"},
		"less bad, then a little worse":        {script: "desktop: F F 15B C C", want: "5 opened failed, 15 improved bad, 90 worsened critical"},
		"worse twice":                          {script: "desktop: B B C C F F", want: "5 opened bad, 15 worsened critical, 25 worsened failed"},
		"better":                               {script: "desktop: F F B B", want: "5 opened failed, 15 improved bad"},
		"better, then as bad as it was before": {script: "desktop: F F B B F F", want: "5 opened failed, 15 improved bad, 25 moved failed"},
		"another step":                         {script: "desktop: F F F@search", want: "5 opened failed, 10 moved failed"},
		"another device too":                   {script: "desktop: F F F F | phone: G G F F", want: "5 opened failed, 15 moved failed"},
		"another device is worse":              {script: "desktop: B B B B | phone: G G F F", want: "5 opened bad, 15 worsened failed"},
		"another device alone fails once":      {script: "desktop: B B B B | phone: G G F G", want: "5 opened bad"},
		"a device of two recovers":             {script: "desktop: F F G G | phone: F F F F", want: "5 opened failed, 5 moved failed, 15 moved failed"},
		"the worst device gets better, another doesn't": {
			script: "desktop: F F B B | phone: F F F F", want: "5 opened failed, 5 moved failed, 15 moved failed",
		},
		"good ones in between": {script: "desktop: F F G F G F", want: "5 opened failed"},
		"the worse device of two is on its way out, and says nothing of the other": {
			alerts: journey.Alerts{At: journey.Bad, Open: 2, Of: 3, Resolve: 3},
			script: "desktop: F F F B B B | phone: B B G G - -",
			want:   "5 opened failed, 5 moved failed, 20 improved bad",
		},
		"bad enough no more, and not over yet": {
			alerts: journey.Alerts{At: journey.Bad, Open: 2, Of: 3, Resolve: 4},
			script: "desktop: F F G G G B G G G G",
			want:   "5 opened failed, 45 resolved failed",
		},
	} {
		t.Run(name, func(t *testing.T) { l.test(t, site) })
	}
}

func TestSiteResolves(t *testing.T) {
	for name, l := range map[string]life{
		"two better ones in a row":        {script: "desktop: F F G G", want: "5 opened failed, 15 resolved failed"},
		"slow is better than bad":         {script: "desktop: B B S S", want: "5 opened bad, 15 resolved bad"},
		"not in a row":                    {script: "desktop: F F G F G G", want: "5 opened failed, 25 resolved failed"},
		"one device of two":               {script: "desktop: F F G G G | phone: F F G F F", want: "5 opened failed, 5 moved failed, 15 moved failed"},
		"the last device":                 {script: "desktop: F F G G G | phone: F F G G G", want: "5 opened failed, 5 moved failed, 15 moved failed, 15 resolved failed"},
		"five, where five are asked for":  {alerts: journey.Alerts{At: journey.Bad, Open: 2, Of: 3, Resolve: 5}, script: "desktop: F F 5G", want: "5 opened failed, 30 resolved failed"},
		"what opened doesn't count again": {script: "desktop: F F G G F", want: "5 opened failed, 15 resolved failed"},
		"the next two do":                 {script: "desktop: F F G G F F", want: "5 opened failed, 15 resolved failed, 25 reopened failed"},
		"nor where more are remembered": {
			alerts: journey.Alerts{At: journey.Bad, Open: 3, Of: 10, Resolve: 1},
			script: "desktop: F F F G F F G F",
			want:   "10 opened failed, 15 resolved failed, 35 reopened failed",
		},
		"a reopened one is told anew when it gets worse": {script: "desktop: F F G G B B F F", want: "5 opened failed, 15 resolved failed, 25 reopened bad, 35 worsened failed"},
	} {
		t.Run(name, func(t *testing.T) { l.test(t, site) })
	}
}

// What isn't the site's fault counts for nothing, wherever it comes.
func TestSiteIsNotBlamed(t *testing.T) {
	for _, word := range []string{"W", "E", "E*", "M", "G*", "B*", "F*", "?", "4W", "4E", "4M", "4C*"} {
		for name, l := range map[string]life{
			"alone":                {script: "desktop: - WORD WORD WORD WORD WORD WORD"},
			"after one failure":    {script: "desktop: F WORD WORD WORD"},
			"before one failure":   {script: "desktop: WORD WORD F"},
			"of an open incident":  {script: "desktop: F F WORD WORD WORD", want: "5 opened failed"},
			"of another device":    {script: "desktop: F F - - - - - - | phone: G G WORD WORD WORD", want: "5 opened failed"},
			"after the resolution": {script: "desktop: F F G G WORD WORD WORD", want: "5 opened failed, 15 resolved failed"},
		} {
			t.Run(word+" "+name, func(t *testing.T) {
				l.script = replaceWord(l.script, word)
				l.test(t, site)
			})
		}
		t.Run(word+" between the failures", func(t *testing.T) {
			s := tell(t, site, incident.Rules{Alerts: defaults}, script(t, replaceWord("desktop: F WORD F", word)))
			if i := s.last(t); i.Bad != 2 || i.Worst.Count != 2 || i.Worst.Of != 2 {
				t.Errorf("bad, count, of = %d, %d, %d, want 2, 2, 2", i.Bad, i.Worst.Count, i.Worst.Of)
			}
		})
		t.Run(word+" between the good ones", func(t *testing.T) {
			s := tell(t, site, incident.Rules{Alerts: defaults}, script(t, replaceWord("desktop: F F G WORD G", word)))
			if i := s.last(t); i.State != incident.Resolved {
				t.Errorf("state = %s, want resolved", i.State)
			}
		})
	}
}

func TestReopening(t *testing.T) {
	// Opened at 5, resolved at 15 minutes; with n more good ones the next two
	// failures end at 20+5n+5 minutes.
	for name, tt := range map[string]struct {
		script string
		same   bool
	}{
		"at once":                  {"desktop: F F G G F F", true},
		"an hour later":            {"desktop: F F G G 10G F F", true},
		"more than an hour later":  {"desktop: F F G G 11G F F", false},
		"days later":               {"desktop: F F G G 999G F F", false},
		"another device's trouble": {"desktop: F F G G G G | phone: G G G G F F", true},
	} {
		t.Run(name, func(t *testing.T) {
			s := tell(t, site, incident.Rules{Alerts: defaults}, script(t, tt.script))
			first, last := s.changes[0].Incident, s.last(t)
			kind := incident.Opened
			if tt.same {
				kind = incident.Reopened
			}
			if got := s.changes[len(s.changes)-1].Event.Kind; got != kind {
				t.Fatalf("last event = %s, want %s (%s)", got, kind, s.events())
			}
			if same := last.ID == first.ID; same != tt.same {
				t.Errorf("id = %s after %s, want the same: %t", last.ID, first.ID, tt.same)
			}
			if same := last.OpenedAt.Equal(first.OpenedAt); same != tt.same {
				t.Errorf("opened_at = %v after %v, want the same: %t", last.OpenedAt, first.OpenedAt, tt.same)
			}
			if !last.Since.After(*s.changes[1].Incident.ResolvedAt) {
				t.Errorf("since = %v, want after the resolution at %v", last.Since, s.changes[1].Incident.ResolvedAt)
			}
			if last.State != incident.Open || last.ResolvedAt != nil || last.Bad != 2 {
				t.Errorf("state %s, resolved_at %v, bad %d, want open, nil, 2", last.State, last.ResolvedAt, last.Bad)
			}
			if revision := map[bool]int{true: 3, false: 1}[tt.same]; last.Revision != revision {
				t.Errorf("revision = %d, want %d", last.Revision, revision)
			}
		})
	}
}
