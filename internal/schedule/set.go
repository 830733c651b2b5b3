package schedule

import (
	"context"
	"errors"
	"fmt"
	"time"

	"samui/internal/journey"
)

// Set replaces the jobs, before [Scheduler.Run] as well as during it. A job
// whose schedule is the same goes on undisturbed; a changed or a new one counts
// from its next slot; of one that is gone a running visit is finished and
// recorded. When Set fails, nothing has changed.
//
// Slots since a key's last one that nobody looked at are recorded as down for
// jobs that are set before Run; the history of a key begins with its first slot
// that was claimed. A job that is set during Run was not down but not wanted.
func (s *Scheduler) Set(ctx context.Context, jobs []Job) error {
	s.setting.Lock()
	defer s.setting.Unlock()
	wanted, err := timetables(jobs)
	if err != nil {
		return err
	}
	visited := map[string]time.Time{}
	for key := range wanted {
		if s.knows(key) {
			continue
		}
		last, ok, err := s.o.Ledger.Last(ctx, key)
		if err != nil {
			return fmt.Errorf("looking up the last slot of %q: %w", key, err)
		}
		if ok {
			visited[key] = last.UTC()
		}
	}
	s.apply(wanted, visited, s.now())
	wake(s.changed)
	wake(s.missed)
	return nil
}

// planned is a job that was understood.
type planned struct {
	job   Job
	times timetable
}

func timetables(jobs []Job) (map[string]planned, error) {
	wanted := make(map[string]planned, len(jobs))
	var problems []error
	for _, j := range jobs {
		times, err := newTimetable(j)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		key := j.Key()
		if _, twice := wanted[key]; twice {
			problems = append(problems, fmt.Errorf("job %q is there twice; want each key once", key))
		}
		wanted[key] = planned{j, times}
	}
	return wanted, errors.Join(problems...)
}

func (s *Scheduler) knows(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.lanes[key]
	return ok
}

func (s *Scheduler) apply(wanted map[string]planned, visited map[string]time.Time, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, l := range s.lanes {
		p, stays := wanted[key]
		if stays && !l.removed && sameSchedule(l.job.Schedule, p.job.Schedule) {
			continue
		}
		if l.opened && !l.removed {
			l.come(now, s.limits()) // what was due under the old schedule
		}
		switch {
		case stays:
			l.change(p.job, &p.times, now)
		case l.opened:
			l.drop()
		default:
			delete(s.lanes, key)
		}
		s.rearm[key] = true
	}
	for key, p := range wanted {
		if s.lanes[key] != nil {
			continue
		}
		l := &lane{job: p.job, times: &p.times, visited: visited[key]}
		if s.running {
			l.join(now)
		}
		s.lanes[key] = l
		s.rearm[key] = true
	}
}

func sameSchedule(a, b journey.Schedule) bool {
	if a.Every != b.Every || a.Cron != b.Cron || a.Timezone.String() != b.Timezone.String() {
		return false
	}
	if a.Active == nil || b.Active == nil {
		return a.Active == b.Active
	}
	return *a.Active == *b.Active
}
