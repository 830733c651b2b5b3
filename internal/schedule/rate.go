package schedule

import (
	"fmt"
	"time"
)

// Rates knows how often schedules come. Journeys share schedules, and counting
// one that comes often takes a while: it remembers what it counted. Make one
// with [NewRates]; it is used by one goroutine at a time.
type Rates struct {
	now   time.Time
	daily map[string]float64
	weeks map[string]*[weekHours]float64
}

const (
	day       = 24 * time.Hour
	weekHours = 7 * 24
)

// NewRates counts from a time on.
func NewRates(now time.Time) *Rates {
	return &Rates{now: now, daily: map[string]float64{}, weeks: map[string]*[weekHours]float64{}}
}

// steadily is how many slots come in a span of time where they come all the
// time alike.
func (j Job) steadily(in time.Duration) (n float64, steady bool) {
	every := j.Schedule.Every
	if every <= 0 || j.Schedule.Active != nil {
		return 0, false
	}
	return float64(in) / float64((every + time.Second - 1).Truncate(time.Second)), true
}

// rhythm is the same for jobs whose slots come equally often.
func (j Job) rhythm() string {
	every := j.Schedule.Every
	key := fmt.Sprint(every, j.Schedule.Cron, j.Schedule.Timezone)
	if j.Schedule.Active != nil {
		key += fmt.Sprint(*j.Schedule.Active)
	}
	if every > time.Hour {
		key += j.Key() // it matters at what time of day it comes
	}
	return key
}

// Daily is how many slots a job has a day: counted over four weeks, or over a
// year where it comes seldom.
func (r *Rates) Daily(j Job) float64 {
	if n, steady := j.steadily(day); steady {
		return n
	}
	key := j.rhythm()
	rate, known := r.daily[key]
	if !known {
		const weeks = 28
		rate = float64(len(j.Slots(r.now, r.now.Add(weeks*day)))) / weeks
		if rate < 1 {
			const year = 365
			rate = float64(len(j.Slots(r.now, r.now.Add(year*day)))) / year
		}
		r.daily[key] = rate
	}
	return rate
}

// Busiest is how many slots all of the jobs have in the hour of the coming week
// that has the most of them: a machine that carries the day's mean may not carry
// the hours in which everybody is active.
func (r *Rates) Busiest(jobs []Job) float64 {
	steady, hours := 0.0, [weekHours]float64{}
	for _, j := range jobs {
		if n, is := j.steadily(time.Hour); is {
			steady += n
			continue
		}
		for i, n := range r.week(j) {
			hours[i] += n
		}
	}
	most := 0.0
	for _, n := range hours {
		most = max(most, n)
	}
	return steady + most
}

// week is how many slots a job has in each hour of the coming week.
func (r *Rates) week(j Job) *[weekHours]float64 {
	key := j.rhythm()
	hours, known := r.weeks[key]
	if !known {
		hours = &[weekHours]float64{}
		// Whole hours, because that is what people write in cron: and active:.
		hour := r.now.Truncate(time.Hour)
		for _, slot := range j.Slots(hour.Add(-time.Second), hour.Add(weekHours*time.Hour-time.Second)) {
			hours[int(slot.At.Sub(hour)/time.Hour)]++
		}
		r.weeks[key] = hours
	}
	return hours
}
