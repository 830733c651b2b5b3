package incident_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// history is what any bytes say: rules, and a year of a shop in some moments.
type history struct {
	rules   incident.Rules
	moments []moment
}

// historyOf reads any bytes: the first three are rules, of the others each two
// are a moment. A member's visits come in the order of their slots, but slots
// that were missed while one went on come before it.
func historyOf(data []byte) history {
	next := func() int {
		if len(data) == 0 {
			return 0
		}
		b := data[0]
		data = data[1:]
		return int(b)
	}
	var h history
	of := func(n int, of ...int) int { return of[n%len(of)] }
	first, second, third := next(), next(), next()
	h.rules.Alerts = journey.Alerts{
		At:      []journey.Outcome{journey.Bad, journey.Slow, journey.Critical, journey.Failed, "", "odd"}[first%6],
		Open:    of(second, 2, 1, 3, 2, 5, 0, -1, math.MaxInt, math.MinInt),
		Of:      of(second/9, 3, 1, 5, 10, 2, 0, -1, math.MaxInt, math.MinInt),
		Resolve: of(third, 2, 1, 5, 0, -1, math.MaxInt, math.MinInt),
	}
	h.rules.Remind = []time.Duration{0, time.Hour, time.Minute, -time.Hour}[third/7%4]
	if first/6%4 == 3 {
		h.rules.Registered = []string{"phone", "buy/phone", "shop/buy/phone", "shop/buy/desktop"}
	}
	at := epoch
	visited := map[string]time.Time{}
	for len(data) > 0 {
		what, who := next(), next()
		at = at.Add([]time.Duration{0, 0, 0, interval, interval, 3 * interval, 24 * time.Hour, -interval}[who%8])
		if what >= 248 {
			h.moments = append(h.moments, moment{ack: true, at: at})
			continue
		}
		member := []string{"desktop", "phone", "pay/desktop", "bank/pay/phone"}[who/8%4]
		if at.Before(visited[member]) {
			continue
		}
		outcome := []string{"G", "G", "S", "B", "C", "F", "F", "W", "W", "E", "M", "?"}[what%12]
		run := result(member, at, outcome, what/12%4 == 3, []string{"pay", "search"}[what/48%2])
		if run.Outcome != journey.Missed {
			visited[member] = at
		}
		switch {
		case what/96 == 1 && what%12 == 5:
			run.Steps = nil
		case what/96 == 1 && what%12 == 9:
			run.Error, run.Probe, run.FinishedAt = nil, journey.Probe{}, nil
		}
		h.moments = append(h.moments, moment{run: run, at: at})
	}
	return h
}

// of are the moments of a key's own results, and all clicks.
func (h history) of(k incident.Key) history {
	h.moments = slices.DeleteFunc(slices.Clone(h.moments), func(m moment) bool { return !m.ack && !slices.Contains(incident.Keys(m.run), k) })
	return h
}

// anyHistory are the seeds that matter: opened, resolved and reopened, a late
// look, and hostile rules.
func anyHistory() [][]byte {
	rules := func(b ...byte) func(...byte) []byte {
		return func(moments ...byte) []byte { return append(slices.Clone(b), moments...) }
	}
	usual := rules(0, 0, 0)
	return [][]byte{
		nil,
		usual(5, 3, 5, 3, 0, 3, 0, 3, 5, 3, 5, 3),
		usual(9, 3, 9, 3, 9, 3, 0, 7, 10, 4, 7, 3, 7, 3, 7, 3, 0, 3, 255, 3),
		usual(5, 3, 3, 11, 5, 3, 3, 11, 4, 11, 4, 11, 0, 3, 0, 3, 2, 11, 2, 11),
		rules(1, 6*9+6, 4)(5, 3, 5, 3, 5, 3, 0, 3, 0, 3),
		rules(5, 1+7*9, 5)(5, 3, 5, 3, 5, 3, 0, 3, 0, 3),
		rules(18, 8*9, 6)(5, 11, 5, 3, 5, 11, 0, 3, 0, 11),
	}
}

func FuzzFollow(f *testing.F) {
	for _, data := range anyHistory() {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		h := historyOf(data[:min(len(data), 120)])
		for _, k := range []incident.Key{site, wall, probe} {
			properties(t, k, h.of(k))
		}
	})
}

// The same for other histories each time that the tests run.
func TestProperties(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 40 {
		data := likely(random)
		h := historyOf(data)
		for _, k := range []incident.Key{site, wall, probe} {
			properties(t, k, h.of(k))
		}
		if t.Failed() {
			t.Fatalf("history of %v", data)
		}
	}
}

// Properties of histories in which nothing happens would show nothing.
func TestHistoriesTellOfEverything(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 0))
	events := map[incident.EventKind]int{}
	for range 200 {
		h := historyOf(likely(random)).of(site)
		for _, c := range tell(t, site, h.rules, h.moments).changes {
			events[c.Event.Kind]++
		}
	}
	for _, k := range []incident.EventKind{
		incident.Opened, incident.Worsened, incident.Improved, incident.Moved,
		incident.Reminded, incident.Acknowledged, incident.Resolution, incident.Reopened,
	} {
		if events[k] < 3 {
			t.Errorf("in 200 histories something was %s %d times, want 3", k, events[k])
		}
	}
}

// likely is a history of rules that samui.yaml may have, mostly, and of
// troubles of one device that last for some visits.
func likely(random *rand.Rand) []byte {
	data := anyBytes(random, 3+2*random.IntN(50))
	if random.IntN(4) > 0 {
		data[0], data[1], data[2] = data[0]%4, []byte{0, 0, 1 + 9, 9, 2 + 2*9, 3*9 + 2}[data[1]%6], data[2]/7*7+data[2]%3
	}
	for i := 3; i+1 < len(data); i += 2 {
		if random.IntN(5) > 0 {
			data[i], data[i+1] = []byte{0, 3, 4, 5, 7, 9}[random.IntN(6)], 3
		}
		if i > 3 && random.IntN(2) > 0 {
			data[i] = data[i-2]
		}
	}
	return data
}

// properties checks what has to hold of any history; tell checks what has to
// hold of each step.
func properties(t testing.TB, k incident.Key, h history) {
	t.Helper()
	s := tell(t, k, h.rules, h.moments)
	want := text(t, s.track)

	again := incident.Track{}
	kept := incident.Track{} // by the store, between any two moments
	var changes []incident.Change
	for i, m := range h.moments {
		again, _ = m.step(k, again, h.rules)
		for _, old := range h.moments[:i+1] {
			if old.ack || h.clock(i).Sub(old.at) > 24*time.Hour {
				continue
			}
			twice, change := old.step(k, again, h.rules)
			twice.Row = again.Row // a look ends it, though it were an old one
			if change != nil || !reflect.DeepEqual(twice, again) {
				t.Fatalf("%s: %s %s twice made %+v\nof %s\n   %s", k.Kind, old.run.RunID, old.run.Outcome, change, text(t, again), text(t, twice))
			}
		}
		var change *incident.Change
		kept, change = m.step(k, kept, h.rules)
		if change != nil {
			changes = append(changes, *change)
		}
		kept = restored(t, kept)
	}
	if got := text(t, again); got != want {
		t.Errorf("%s: followed again\n got %s\nwant %s", k.Kind, got, want)
	}
	if got := text(t, kept); got != want {
		t.Errorf("%s: kept as JSON in between\n got %s\nwant %s", k.Kind, got, want)
	}
	if got, want := text(t, changes), text(t, s.changes); got != want {
		t.Errorf("%s: changes, kept as JSON in between\n got %s\nwant %s", k.Kind, got, want)
	}
}

// clock is the newest slot of the first moments.
func (h history) clock(last int) (at time.Time) {
	for _, m := range h.moments[:last+1] {
		if m.at.After(at) {
			at = m.at
		}
	}
	return at
}

func anyBytes(random *rand.Rand, n int) []byte {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(random.Uint32())
	}
	return data
}

// restored is a track as the store gives it back.
func restored(t testing.TB, tr incident.Track) (back incident.Track) {
	t.Helper()
	if err := json.Unmarshal([]byte(text(t, tr)), &back); err != nil {
		t.Fatal(err)
	}
	return back
}

// What other journeys and sites do, and when in between, says nothing of a
// journey.
func TestOtherJourneysSayNothing(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 100 {
		data := anyBytes(random, 60)
		h := historyOf(append([]byte{0, 0, 0}, data...))
		h.moments = slices.DeleteFunc(h.moments, func(m moment) bool { return m.ack })
		alone := tell(t, site, h.rules, h.of(site).moments)

		// As the daemon does: each result in the tracks of all of its keys.
		tracks := map[incident.Key]incident.Track{}
		others := slices.DeleteFunc(slices.Clone(h.moments), func(m moment) bool { return slices.Contains(incident.Keys(m.run), site) })
		random.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
		mixed := h.of(site).moments
		for _, m := range others {
			mixed = slices.Insert(mixed, random.IntN(len(mixed)+1), m)
		}
		for _, m := range mixed {
			for _, k := range incident.Keys(m.run) {
				tracks[k], _ = m.step(k, tracks[k], h.rules)
			}
		}
		if got, want := text(t, tracks[site]), text(t, alone.track); got != want {
			t.Fatalf("history of %v among others\n got %s\nwant %s", data, got, want)
		}
	}
}
