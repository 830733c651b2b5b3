package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/schedule"
)

func TestVisitsADay(t *testing.T) {
	week := [7]bool{true, true, true, true, true, true, true}
	workdays := [7]bool{true, true, true, true, true}
	jerusalem, err := time.LoadLocation("Asia/Jerusalem")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name     string
		schedule journey.Schedule
		want     float64
	}{
		{"every 5m", journey.Schedule{Every: 5 * time.Minute}, 288},
		{"a broken interval is rounded up", journey.Schedule{Every: 1500 * time.Millisecond}, 43200},
		{"every 5m, 14 of 24 hours on 5 of 7 days", journey.Schedule{Every: 5 * time.Minute, Active: &journey.Active{Days: workdays, From: 8 * time.Hour, To: 22 * time.Hour}}, 120},
		{"cron, 6 an hour for 15 hours on 5 of 7 days", journey.Schedule{Cron: "*/10 8-22 * * SUN-THU", Timezone: jerusalem}, 6 * 15 * 5 / 7.0},
		{"once a week", journey.Schedule{Cron: "0 9 * * MON"}, 1 / 7.0},
		{"once a month", journey.Schedule{Cron: "0 9 1 * *"}, 12 / 365.0},
		{"every 2h, half of the day", journey.Schedule{Every: 2 * time.Hour, Active: &journey.Active{Days: week, From: 0, To: 12 * time.Hour}}, 6},
		{"never", journey.Schedule{Cron: "30 8 * * *", Active: &journey.Active{Days: week, From: 9 * time.Hour, To: 10 * time.Hour}}, 0},
	} {
		rates := schedule.NewRates(now)
		job := schedule.Job{Site: "shop", Journey: "j", Device: "desktop", Location: "here", Schedule: c.schedule}
		for range 2 { // the second time from what is known
			if got := rates.Daily(job); got < c.want*0.995 || got > c.want*1.005 {
				t.Errorf("%s: %v visits a day, want %v", c.name, got, c.want)
			}
		}
	}
}

func TestWhatAVisitFetches(t *testing.T) {
	step := func(count int, bytes int64) journey.StepResult {
		return journey.StepResult{Requests: &journey.RequestCounts{Count: count, Bytes: bytes}}
	}
	skipped := journey.StepResult{Outcome: journey.Skipped}
	for _, c := range []struct {
		name            string
		runs            []journey.Run
		requests, bytes float64
		ok              bool
	}{
		{"no runs", nil, 0, 0, false},
		{"missed ones only", []journey.Run{{}, {Steps: []journey.StepResult{skipped}}}, 0, 0, false},
		{"one", []journey.Run{{Steps: []journey.StepResult{step(10, 1000), step(2, 200)}}}, 12, 1200, true},
		{"the mean, missed ones apart", []journey.Run{{Steps: []journey.StepResult{step(10, 1000), skipped}}, {}, {Steps: []journey.StepResult{step(20, 3000)}}}, 15, 2000, true},
	} {
		requests, bytes, ok := fetched(c.runs)
		if requests != c.requests || bytes != c.bytes || ok != c.ok {
			t.Errorf("%s: %v requests, %v bytes, %v; want %v, %v, %v", c.name, requests, bytes, ok, c.requests, c.bytes, c.ok)
		}
	}
}

func TestFigures(t *testing.T) {
	for n, want := range map[float64]string{
		0: "0", 0.01: "<0.1", 0.13: "0.1", 1: "1", 1.04: "1", 4.3: "4.3", 9.96: "10", 288: "288", 8640: "8,640", 99_999: "99,999",
		100_000: "100k", 864_000: "864k", 1_440_000: "1.4M", 12_345_678: "12M", 999_700_000: "1.0G",
	} {
		if got := figure(n); got != want || len(got) > 6 {
			t.Errorf("figure(%v) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[float64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 813_220: "813 kB", 7e9: "7.0 GB", 1.4e13: "14 TB", 9e18: "9000 PB"} {
		if got := bytesOf(n); got != want || len(got) > 7 {
			t.Errorf("bytesOf(%v) = %q, want %q", n, got, want)
		}
	}
}

// costly are journeys of every kind that the table has to show.
func costly() ([]journey.Journey, []cost) {
	title := func(s, site string) journey.Journey { return journey.Journey{Title: s, Site: journey.Site{ID: site}} }
	journeys := []journey.Journey{
		title("Buy a pair of shoes", "shop"), title("קניית נעליים", "shop"), title("Search", "north"), title("Search", "south"),
		title("A title that is so long that it fits on no terminal at all, not even on the widest one", "shop"),
	}
	return journeys, []cost{
		{visits: 288, requests: 362_880, bytes: 7.03e9, known: 1},
		{visits: 576, requests: 1_220, bytes: 98_300, known: 1, unknown: 1},
		{visits: 1, unknown: 2},
		{visits: 0.033, unknown: 1},
		{visits: 86_400, requests: 9.9e9, bytes: 4.2e14, known: 4},
	}
}

func TestCostTable(t *testing.T) {
	journeys, costs := costly()
	for _, width := range []int{40, 60, 100} {
		for _, colours := range []bool{false, true} {
			name := fmt.Sprintf("%d", width)
			if colours {
				name += "-colour"
			}
			golden(t, filepath.Join("testdata", "cost", name+".golden"), strings.Join(costTable(screen{columns: width, colours: colours}, journeys, costs), "\n")+"\n")
		}
	}
	one := strings.Join(costTable(screen{}, journeys[:1], costs[:1]), "\n")
	if strings.Contains(one, "all ") || strings.Contains(one, "≥") {
		t.Errorf("one journey has a sum, or what is known is called a part of it:\n%s", one)
	}
}

func TestCostTableKeepsToTheWidth(t *testing.T) {
	journeys, costs := costly()
	for width := narrowest; width <= widest; width++ {
		ends := map[int]bool{}
		for _, line := range costTable(screen{columns: width}, journeys, costs) {
			if got := columns(line); got > width {
				t.Errorf("at %d columns there is a line of %d: %q", width, got, line)
			}
			if strings.HasSuffix(line, "B") || strings.HasSuffix(line, "yet") {
				ends[columns(line)] = true
			}
		}
		if len(ends) != 1 {
			t.Errorf("at %d columns the figures end in columns %v, want one", width, ends)
		}
	}
}
