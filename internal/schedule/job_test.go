package schedule

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func job(schedule journey.Schedule) Job {
	return Job{Site: "shop", Journey: "buy", Device: "desktop", Location: "local", Schedule: schedule}
}

func everyDay() [7]bool { return [7]bool{true, true, true, true, true, true, true} }

func parse(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func times(slots []journey.Slot, z *time.Location) []string {
	var out []string
	for _, s := range slots {
		out = append(out, s.At.In(z).Format("Mon 01-02 15:04:05 -0700"))
	}
	return out
}

func TestEveryIsAnchoredWhereverItIsAsked(t *testing.T) {
	j := job(journey.Schedule{Every: 5 * time.Minute})
	from := parse(t, "2026-03-01T00:00:00Z")
	whole := j.Slots(from, from.Add(24*time.Hour))
	if len(whole) != 288 {
		t.Fatalf("%d slots of every 5m in a day; want 288", len(whole))
	}
	var parts []journey.Slot
	for start := from; start.Before(from.Add(24 * time.Hour)); {
		end := start.Add(time.Duration(rand.IntN(1_000_000)) * time.Millisecond)
		if day := from.Add(24 * time.Hour); end.After(day) {
			end = day
		}
		parts = append(parts, j.Slots(start, end)...)
		start = end
	}
	if diff := cmp.Diff(whole, parts); diff != "" {
		t.Errorf("a day asked for in parts (-whole +parts):\n%s", diff)
	}
	for _, s := range whole {
		if s.At.Nanosecond() != 0 || s.At.Location() != time.UTC {
			t.Fatalf("slot at %s; want a whole second in UTC", s.At)
		}
	}
}

func TestEveryIsTheSameOnEveryMachine(t *testing.T) {
	// Written down once: if these change, every upgrade moves every slot.
	from := time.Unix(0, 0)
	for location, want := range map[string]int64{"local": 49, "tlv-1": 218} {
		j := job(journey.Schedule{Every: 5 * time.Minute})
		j.Location = location
		got := j.Slots(from.Add(-time.Second), from.Add(5*time.Minute-time.Second))
		if len(got) != 1 || got[0].At.Unix() != want {
			t.Errorf("location %s: first slot %v; want at %d s", location, got, want)
		}
	}
}

func TestEverySpreadsJobsOverTheInterval(t *testing.T) {
	perSecond := map[int64]int{}
	const jobs = 600
	for i := range jobs {
		j := job(journey.Schedule{Every: time.Minute})
		j.Journey = fmt.Sprint("journey-", i)
		perSecond[j.Slots(time.Unix(0, 0), time.Unix(60, 0))[0].At.Unix()]++
	}
	if len(perSecond) < 55 {
		t.Errorf("%d jobs use %d of the minute's 60 seconds; want nearly all", jobs, len(perSecond))
	}
	for second, n := range perSecond {
		if n > 30 {
			t.Errorf("%d jobs in second %d; want about %d", n, second, jobs/60)
		}
	}
}

func TestEveryBeforeTheEpochAndWithBrokenSeconds(t *testing.T) {
	j := job(journey.Schedule{Every: 1500 * time.Millisecond})
	got := j.Slots(time.Unix(-7, 500), time.Unix(3, 0))
	for i, s := range got {
		if i > 0 && s.At.Sub(got[i-1].At) != 2*time.Second {
			t.Errorf("slots %s and %s; want 2 s between them", got[i-1].At, s.At)
		}
	}
	if len(got) != 5 {
		t.Errorf("%d slots in 10 s of every 1.5s; want 5, as every 2s", len(got))
	}
}

func TestCronReadsTheWallClockOfTheZone(t *testing.T) {
	newYork, jerusalem := "America/New_York", "Asia/Jerusalem"
	tests := []struct {
		name, zone, cron string
		from, to         string
		want             []string
	}{
		{
			"a skipped time comes right after the gap", newYork, "30 2 * * *", "2026-03-07T12:00:00Z", "2026-03-09T12:00:00Z",
			[]string{"Sun 03-08 03:00:00 -0400", "Mon 03-09 02:30:00 -0400"},
		},
		{
			"several skipped times come once", newYork, "*/10 2 * * *", "2026-03-08T00:00:00Z", "2026-03-08T12:00:00Z",
			[]string{"Sun 03-08 03:00:00 -0400"},
		},
		{
			"a skipped time joins the one after the gap", newYork, "0 2,3 * * *", "2026-03-08T00:00:00Z", "2026-03-08T12:00:00Z",
			[]string{"Sun 03-08 03:00:00 -0400"},
		},
		{
			"a repeated time comes the first time", newYork, "30 1 * * *", "2026-10-31T12:00:00Z", "2026-11-02T12:00:00Z",
			[]string{"Sun 11-01 01:30:00 -0400", "Mon 11-02 01:30:00 -0500"},
		},
		{
			"every hour goes on through a repeated one", newYork, "30 * * * *", "2026-11-01T04:00:00Z", "2026-11-01T08:00:00Z",
			[]string{"Sun 11-01 00:30:00 -0400", "Sun 11-01 01:30:00 -0400", "Sun 11-01 01:30:00 -0500", "Sun 11-01 02:30:00 -0500"},
		},
		{
			"every hour makes nothing up for a skipped one", newYork, "30 * * * *", "2026-03-08T06:00:00Z", "2026-03-08T08:00:00Z",
			[]string{"Sun 03-08 01:30:00 -0500", "Sun 03-08 03:30:00 -0400"},
		},
		{
			"the change itself is a time", newYork, "0 * * * *", "2026-03-08T06:00:00Z", "2026-03-08T08:00:00Z",
			[]string{"Sun 03-08 03:00:00 -0400", "Sun 03-08 04:00:00 -0400"},
		},
		{
			"Jerusalem springs forward on a Friday", jerusalem, "15 2 * * *", "2026-03-26T12:00:00Z", "2026-03-28T12:00:00Z",
			[]string{"Fri 03-27 03:00:00 +0300", "Sat 03-28 02:15:00 +0300"},
		},
		{
			"days and hours of a week", jerusalem, "0 8 * * SUN-THU", "2026-01-01T12:00:00Z", "2026-01-05T12:00:00Z",
			[]string{"Sun 01-04 08:00:00 +0200", "Mon 01-05 08:00:00 +0200"},
		},
		{
			"half an hour is skipped", "Australia/Lord_Howe", "15 2 * * *", "2026-10-03T00:00:00Z", "2026-10-04T00:00:00Z",
			[]string{"Sun 10-04 02:30:00 +1100"},
		},
		{
			"midnight is skipped", "America/Sao_Paulo", "0 0 * * *", "2018-11-03T12:00:00Z", "2018-11-05T12:00:00Z",
			[]string{"Sun 11-04 01:00:00 -0200", "Mon 11-05 00:00:00 -0200"},
		},
		{
			"a whole day is skipped", "Pacific/Apia", "0 12 * * *", "2011-12-29T12:00:00Z", "2012-01-01T00:00:00Z",
			[]string{"Thu 12-29 12:00:00 -1000", "Sat 12-31 00:00:00 +1400", "Sat 12-31 12:00:00 +1400", "Sun 01-01 12:00:00 +1400"},
		},
		{
			"no daylight saving at all", "Asia/Tokyo", "0 9 1 * *", "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z",
			[]string{"Sun 02-01 09:00:00 +0900", "Sun 03-01 09:00:00 +0900"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			z := zone(t, tt.zone)
			got := times(job(journey.Schedule{Cron: tt.cron, Timezone: z}).Slots(parse(t, tt.from), parse(t, tt.to)), z)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%q in %s (-want +got):\n%s", tt.cron, tt.zone, diff)
			}
		})
	}
}

// yearByTheMinute is an oracle that knows nothing of how slots are computed: it
// watches a clock on the wall, minute by minute.
func yearByTheMinute(z *time.Location, from, to time.Time, fits func(wall time.Time) bool, everyHour bool) []time.Time {
	var out []time.Time
	shown := wallOf(from.In(z)) // the latest that the clock has shown
	for at := from.Add(time.Minute); !at.After(to); at = at.Add(time.Minute) {
		wall := wallOf(at.In(z))
		hit := false
		if everyHour {
			hit = fits(wall)
		} else {
			for w := shown.Add(time.Minute); !w.After(wall); w = w.Add(time.Minute) {
				hit = hit || fits(w)
			}
		}
		if hit {
			out = append(out, at)
		}
		if wall.After(shown) {
			shown = wall
		}
	}
	return out
}

func TestAYearOfCronSlots(t *testing.T) {
	tests := []struct {
		cron      string
		everyHour bool
		fits      func(time.Time) bool
	}{
		{"30 2 * * *", false, func(w time.Time) bool { return w.Hour() == 2 && w.Minute() == 30 }},
		{"30 1 * * *", false, func(w time.Time) bool { return w.Hour() == 1 && w.Minute() == 30 }},
		{"*/20 1-3 * * *", false, func(w time.Time) bool { return w.Hour() >= 1 && w.Hour() <= 3 && w.Minute()%20 == 0 }},
		{"*/10 * * * *", true, func(w time.Time) bool { return w.Minute()%10 == 0 }},
		{"0 */2 * * FRI,SUN", false, func(w time.Time) bool {
			return w.Hour()%2 == 0 && w.Minute() == 0 && (w.Weekday() == time.Friday || w.Weekday() == time.Sunday)
		}},
		{"5 * 1,15 * *", true, func(w time.Time) bool { return w.Minute() == 5 && (w.Day() == 1 || w.Day() == 15) }},
	}
	from := parse(t, "2026-01-01T00:00:00Z")
	to := from.AddDate(1, 0, 0)
	for _, name := range []string{"Asia/Jerusalem", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin", "UTC"} {
		z := zone(t, name)
		for _, tt := range tests {
			var got []time.Time
			for _, s := range job(journey.Schedule{Cron: tt.cron, Timezone: z}).Slots(from, to) {
				got = append(got, s.At)
			}
			want := yearByTheMinute(z, from, to, tt.fits, tt.everyHour)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q in %s (-watched +computed):\n%s", tt.cron, name, diff)
			}
		}
	}
}

func TestActiveHoursAreWhereSlotsAre(t *testing.T) {
	jerusalem := zone(t, "Asia/Jerusalem")
	workdays := [7]bool{true, true, true, true, true, false, false}
	onlyFriday := [7]bool{5: true}
	tests := []struct {
		name     string
		schedule journey.Schedule
		from, to string
		want     []string
	}{
		{
			"the first second is inside, the last is not",
			journey.Schedule{Cron: "0 * * * *", Active: &journey.Active{Days: everyDay(), From: 8 * time.Hour, To: 10 * time.Hour}},
			"2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z",
			[]string{"Thu 01-01 08:00:00 +0200", "Thu 01-01 09:00:00 +0200"},
		},
		{
			"days only",
			journey.Schedule{Cron: "0 0,23 * * *", Active: &journey.Active{Days: workdays, To: 24 * time.Hour}},
			"2026-01-01T00:00:00Z", "2026-01-04T22:00:00Z",
			[]string{"Thu 01-01 23:00:00 +0200", "Sun 01-04 00:00:00 +0200", "Sun 01-04 23:00:00 +0200", "Mon 01-05 00:00:00 +0200"},
		},
		{
			"a night belongs to the day on which it begins",
			journey.Schedule{Cron: "30 */3 * * *", Active: &journey.Active{Days: onlyFriday, From: 21 * time.Hour, To: 6 * time.Hour}},
			"2026-01-01T12:00:00Z", "2026-01-04T12:00:00Z",
			[]string{"Fri 01-02 21:30:00 +0200", "Sat 01-03 00:30:00 +0200", "Sat 01-03 03:30:00 +0200"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.schedule.Timezone = jerusalem
			got := times(job(tt.schedule).Slots(parse(t, tt.from), parse(t, tt.to)), jerusalem)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("slots (-want +got):\n%s", diff)
			}
		})
	}
}

func TestActiveOnlyFiltersTheSlotsOfEvery(t *testing.T) {
	newYork := zone(t, "America/New_York")
	always := journey.Schedule{Every: 7 * time.Minute, Timezone: newYork}
	limited := always
	limited.Active = &journey.Active{Days: [7]bool{0: true, 3: true, 6: true}, From: 90 * time.Minute, To: 20 * time.Hour}
	from := parse(t, "2026-01-01T00:00:00Z")
	to := from.AddDate(1, 0, 0)
	var want []journey.Slot
	for _, s := range job(always).Slots(from, to) {
		local := s.At.In(newYork)
		since := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
		second, first := local, s.At.Add(-time.Hour).In(newYork)
		repeated := second.Hour() == first.Hour() // the second pass of an hour is after 01:30 in truth
		if limited.Active.Days[local.Weekday()] && (since >= 90*time.Minute || repeated) && since < 20*time.Hour {
			want = append(want, s)
		}
	}
	if diff := cmp.Diff(want, job(limited).Slots(from, to)); diff != "" {
		t.Errorf("slots of active hours (-filtered +computed):\n%s", diff)
	}
}

func TestAScheduleThatNeverComesHasNoSlots(t *testing.T) {
	sunday := journey.Active{Days: [7]bool{0: true}, To: 24 * time.Hour}
	from := parse(t, "2026-01-01T00:00:00Z")
	for name, s := range map[string]journey.Schedule{
		"30 February":                       {Cron: "0 0 30 2 *"},
		"Mondays that are active on Sunday": {Cron: "* * * * MON", Active: &sunday},
		"active on no day":                  {Every: time.Second, Active: &journey.Active{To: 24 * time.Hour}},
		"no schedule":                       {},
		"two schedules":                     {Every: time.Minute, Cron: "* * * * *"},
		"no cron":                           {Cron: "every morning"},
	} {
		if got := job(s).Slots(from, from.AddDate(6, 0, 0)); len(got) != 0 {
			t.Errorf("%s: %d slots, the first at %s; want none", name, len(got), got[0].At)
		}
	}
}

func TestLastIsTheNewestOfASpan(t *testing.T) {
	from := parse(t, "2026-01-01T00:00:00Z")
	newYork := zone(t, "America/New_York")
	for _, s := range []journey.Schedule{
		{Every: time.Minute},
		{Every: 36 * time.Hour},
		{Cron: "0 3 * * SUN", Timezone: newYork},
		{Cron: "0 0 29 2 *"},
		{Every: 10 * time.Minute, Timezone: newYork, Active: &journey.Active{Days: [7]bool{2: true}, From: time.Hour, To: 2 * time.Hour}},
	} {
		table, err := newTimetable(job(s))
		if err != nil {
			t.Fatal(err)
		}
		for range 50 {
			start := from.Add(time.Duration(rand.IntN(10_000_000)) * time.Second)
			end := start.Add(time.Duration(rand.IntN(3_000_000)) * time.Second)
			slots := job(s).Slots(start, end)
			got, found := table.last(start, end)
			if found != (len(slots) > 0) || found && !got.Equal(slots[len(slots)-1].At) {
				t.Fatalf("%+v: last(%s, %s) = %s, %t; want the last of %d slots", s, start, end, got, found, len(slots))
			}
		}
	}
}

func FuzzCronNeverRunsBackwards(f *testing.F) {
	f.Add("30 2 * * *", "America/New_York", int64(1772954000))
	f.Add("*/7 * * * *", "Asia/Jerusalem", int64(1774569600))
	f.Add("0 0 29 2 *", "Pacific/Apia", int64(1325203200))
	f.Fuzz(func(t *testing.T, expression, name string, unix int64) {
		z, err := time.LoadLocation(name)
		if err != nil || unix < 0 || unix > 4e9 {
			return
		}
		after, err := cronTimes(expression, z)
		if err != nil {
			return
		}
		at := time.Unix(unix, 0)
		for range 20 {
			next := after(at)
			if !next.After(at) {
				t.Fatalf("%q in %s: after %s comes %s", expression, name, at, next)
			}
			if between := after(at.Add(next.Sub(at) / 2)); !between.Equal(next) {
				t.Fatalf("%q in %s: after %s comes %s, but half way there it is %s", expression, name, at, next, between)
			}
			if at = next; at.Year() > 2200 {
				return
			}
		}
	})
}
