package incident_test

import (
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

func TestWall(t *testing.T) {
	for name, l := range map[string]life{
		"let in":                                {script: "desktop: 9G"},
		"turned away twice":                     {script: "desktop: W W G W W G"},
		"three times in a row":                  {script: "desktop: G W W W", want: "15 opened blocked"},
		"still":                                 {script: "desktop: 9W", want: "10 opened blocked"},
		"slow, bad, critical and failed are in": {script: "desktop: W W S W W B W W C W W F W W"},
		"no look between says nothing":          {script: "desktop: W E W M ? W", want: "25 opened blocked"},
		"a starved look is a look":              {script: "desktop: W W G* W W*"},
		"one good look ends it":                 {script: "desktop: 3W G", want: "10 opened blocked, 15 resolved blocked"},
		"three more open it again":              {script: "desktop: 3W G 3W", want: "10 opened blocked, 15 resolved blocked, 30 reopened blocked"},
		"each member by itself":                 {script: "desktop: W W | phone: W W | pay/desktop: W W"},
		"another member too":                    {script: "desktop: 4W | pay/desktop: - 3W", want: "10 opened blocked, 15 moved blocked"},
		"a member is let in":                    {script: "desktop: 3W G | pay/desktop: 4W", want: "10 opened blocked, 10 moved blocked, 15 moved blocked"},
		"it spreads": {
			script: "desktop: 6W | person: - - ack | phone: - - - 3W | pay/desktop: - - - 3W | pay/phone: - - - 3W",
			want:   "10 opened blocked, 10 acknowledged blocked, 25 moved blocked, 25 moved blocked, 25 worsened blocked",
		},
		"all are let in": {script: "desktop: 3W G | pay/desktop: 3W G", want: "10 opened blocked, 10 moved blocked, 15 moved blocked, 15 resolved blocked"},
	} {
		t.Run(name, func(t *testing.T) { l.test(t, wall) })
	}
}

func TestProbe(t *testing.T) {
	for name, l := range map[string]life{
		"it looked":                                {script: "desktop: G S B C F W G"},
		"three errors in a row":                    {script: "desktop: G E E E", want: "15 opened probe_error"},
		"two":                                      {script: "desktop: E E G E E G"},
		"four starved":                             {script: "desktop: 4G* G 4B* G 4E* G"},
		"five starved, timed or not":               {script: "desktop: G* B* E* C* G*", want: "20 opened probe_error"},
		"five missed":                              {script: "desktop: 5M", want: "20 opened probe_error"},
		"four missed":                              {script: "desktop: 4M G 4M"},
		"of all kinds, three errors last":          {script: "desktop: M E E E", want: "15 opened probe_error"},
		"of all kinds, five":                       {script: "desktop: E E M E E", want: "20 opened probe_error"},
		"of all kinds, four":                       {script: "desktop: E M E* G* G E M E* G*"},
		"errors before the last good look":         {script: "desktop: E E G E"},
		"an outcome that nobody knows":             {script: "desktop: 4?"},
		"one good look ends it":                    {script: "desktop: 3E G", want: "10 opened probe_error, 15 resolved probe_error"},
		"so does one at a site that fails":         {script: "desktop: 3E F", want: "10 opened probe_error, 15 resolved probe_error"},
		"a starved one doesn't":                    {script: "desktop: 3E G*", want: "10 opened probe_error"},
		"a missed one neither":                     {script: "desktop: 3E M M M", want: "10 opened probe_error"},
		"each member by itself":                    {script: "desktop: E E | phone: E E"},
		"five in a row of whatever members":        {script: "desktop: E E | phone: E E | shop/pay/desktop: E | bank/pay/desktop: E", want: "5 opened probe_error"},
		"hourly ones":                              {script: "a/x/d: E | b/x/d: - E | c/x/d: - - E | d/x/d: - - - E | e/x/d: - - - - E | f/x/d: - - - - - E", want: "20 opened probe_error, 25 moved probe_error"},
		"a look ends the row":                      {script: "a/x/d: E | b/x/d: - E | c/x/d: - - G | d/x/d: - - - E | e/x/d: - - - - E | f/x/d: - - - - - E"},
		"a starved one isn't of the row":           {script: "a/x/d: E | b/x/d: - E | c/x/d: - - E* | d/x/d: - - - E | e/x/d: - - - - E"},
		"nor what was missed while it was down":    {script: "a/x/d: M | b/x/d: M | c/x/d: M | d/x/d: M | e/x/d: M | f/x/d: M"},
		"each has to be looked at again":           {script: "a/x/d: E - G | b/x/d: E - G | c/x/d: E - G | d/x/d: E - G | e/x/d: E - - G", want: "0 opened probe_error, 10 moved probe_error, 10 moved probe_error, 10 moved probe_error, 10 moved probe_error, 15 resolved probe_error"},
		"it spreads":                               {script: "a/x/d: 3E | person: - - ack | b/x/d: - - - E | c/x/d: - - - E | d/x/d: - - - E", want: "10 opened probe_error, 10 acknowledged probe_error, 15 moved probe_error, 15 worsened probe_error"},
		"another site too":                         {script: "desktop: 4E | bank/pay/desktop: - 3E", want: "10 opened probe_error, 10 moved probe_error"},
		"a site can be looked at again":            {script: "desktop: 3E G | bank/pay/desktop: 4E", want: "10 opened probe_error, 15 moved probe_error"},
		"more members at once":                     {script: "a/x/d: 3E | b/x/d: 3E | c/x/d: 3E", want: "5 opened probe_error"},
		"nobody is reminded where no time is said": {script: "desktop: 99E", want: "10 opened probe_error"},
	} {
		t.Run(name, func(t *testing.T) { l.test(t, probe) })
	}
}

// A visit that takes longer than its interval: the next slot is missed and is
// recorded while the visit still goes on.
func TestProbeHeedsALookThatComesAfterTheSlotMissedForIt(t *testing.T) {
	overlapping := func(words string) []moment {
		moments := script(t, words)
		for i := 0; i+1 < len(moments); i++ {
			if moments[i].run.Outcome != journey.Missed && moments[i+1].run.Outcome == journey.Missed {
				moments[i], moments[i+1] = moments[i+1], moments[i]
				i++
			}
		}
		return moments
	}
	r := incident.Rules{Alerts: defaults}
	for name, tt := range map[string]struct{ script, want string }{
		"every second slot":                           {"desktop: G M G M G M G M G M G M G M", ""},
		"what is newer still counts":                  {"desktop: G M M M M M", "25 opened probe_error"},
		"it ends what it is newer than":               {"desktop: M M M M M G M", "20 opened probe_error, 25 resolved probe_error"},
		"and not what is newer enough":                {"desktop: M G M M M M M G M", "30 opened probe_error, 35 resolved probe_error"},
		"an error that comes late counts for nothing": {"desktop: E M E M E M", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tell(t, probe, r, overlapping(tt.script)).events(); got != tt.want {
				t.Errorf("%s\n got %q\nwant %q", tt.script, got, tt.want)
			}
		})
	}
}

// So that nothing has to be written where all is well.
func TestHealthyMembersLeaveNothing(t *testing.T) {
	r := incident.Rules{Alerts: defaults}
	for k, words := range map[incident.Key]string{
		wall:  "desktop: G S B C F G* G | bank/pay/phone: 9G",
		probe: "desktop: G S B C F W G | bank/pay/phone: 9G",
	} {
		if got, want := text(t, tell(t, k, r, script(t, words)).track), text(t, incident.Track{}); got != want {
			t.Errorf("%s: track = %s, want %s", k.Kind, got, want)
		}
	}
	for k, words := range map[incident.Key]string{wall: "desktop: W W W G", probe: "desktop: E E E G"} {
		got, want := text(t, tell(t, k, r, script(t, words+" 9G")).track), text(t, tell(t, k, r, script(t, words)).track)
		if got != want {
			t.Errorf("%s: after nine more good looks the track = %s, was %s", k.Kind, got, want)
		}
	}
}

func TestMarksAreBounded(t *testing.T) {
	for k, tt := range map[incident.Key]struct {
		script string
		want   int
	}{
		site:  {"desktop: 99F", 3},
		wall:  {"desktop: 99W", 5},
		probe: {"desktop: 99E", 5},
	} {
		for name, m := range tell(t, k, incident.Rules{Alerts: defaults}, script(t, tt.script)).track.Members {
			if len(m.Marks) != tt.want {
				t.Errorf("%s: %d marks of %s, want %d", k.Kind, len(m.Marks), name, tt.want)
			}
		}
	}
}

// A clock that was wrong, and was put right.
func TestAResultFromTheFutureSilencesNothing(t *testing.T) {
	for k, tt := range map[incident.Key]struct{ future, then, want string }{
		site:  {"F", "desktop: F F F", "opened"},
		wall:  {"W", "desktop: W W W", "opened"},
		probe: {"E", "desktop: E E E", "opened"},
	} {
		r := incident.Rules{Alerts: defaults}
		for _, ahead := range []time.Duration{25 * time.Hour, 5 * 365 * 24 * time.Hour} {
			wrong := moment{run: result("desktop", epoch.Add(ahead), tt.future, false, "pay"), at: epoch.Add(ahead)}
			tr, _ := wrong.step(k, incident.Track{}, r)
			var got string
			for _, m := range script(t, tt.then) {
				var change *incident.Change
				if tr, change = m.step(k, tr, r); change != nil {
					got = string(change.Event.Kind)
				}
			}
			if got != tt.want {
				t.Errorf("%s, %v ahead: %q, want it opened", k.Kind, ahead, got)
			}
		}
		// An incident that was opened in the future ends like any other.
		var tr incident.Track
		for i := range 3 {
			at := epoch.Add(30*24*time.Hour + time.Duration(i)*interval)
			tr, _ = moment{run: result("desktop", at, tt.future, false, "pay"), at: at}.step(k, tr, r)
		}
		for _, m := range script(t, "desktop: G G G") {
			tr, _ = m.step(k, tr, r)
		}
		if tr.Last == nil || tr.Last.State != incident.Resolved {
			t.Errorf("%s: %s, want it resolved", k.Kind, text(t, tr))
		}
	}
}
