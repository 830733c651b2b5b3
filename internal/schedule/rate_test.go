package schedule

import (
	"testing"
	"time"

	"samui/internal/journey"
)

func TestTheBusiestHour(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 17, 3, 0, time.UTC)
	job := func(name string, s journey.Schedule) Job {
		return Job{Site: "shop", Journey: name, Device: "desktop", Location: "local", Schedule: s}
	}
	workdays := &journey.Active{Days: [7]bool{1: true, 2: true, 3: true, 4: true, 5: true}, From: 8 * time.Hour, To: 18 * time.Hour}
	always := journey.Schedule{Every: 5 * time.Minute}
	byDay := journey.Schedule{Every: time.Minute, Active: workdays}
	lunch := journey.Schedule{Cron: "*/10 12 * * *"}
	for _, c := range []struct {
		name string
		jobs []Job
		want float64
	}{
		{"nobody", nil, 0},
		{"all the time", []Job{job("a", always), job("b", always)}, 24},
		{"a broken interval is rounded up", []Job{job("a", journey.Schedule{Every: 1500 * time.Millisecond})}, 1800},
		{"only when it is active", []Job{job("a", byDay)}, 60},
		{"together", []Job{job("a", always), job("b", byDay), job("c", byDay)}, 12 + 120},
		{"at noon they are six more", []Job{job("a", byDay), job("b", lunch)}, 66},
		{"each at its own hours", []Job{job("a", lunch), job("b", journey.Schedule{Cron: "*/20 3 * * *"})}, 6},
		{"seldom", []Job{job("a", journey.Schedule{Cron: "30 4 * * MON"})}, 1},
		{"never", []Job{job("a", journey.Schedule{Cron: "0 0 30 2 *"})}, 0},
	} {
		if got := NewRates(now).Busiest(c.jobs); got != c.want {
			t.Errorf("%s: %v an hour, want %v", c.name, got, c.want)
		}
	}
}
