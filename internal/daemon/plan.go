package daemon

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"samui/internal/config"
	"samui/internal/journey"
	"samui/internal/schedule"
	"samui/internal/web"
)

// plan is what is registered at one time: what is walked, and which files are
// refused. It never changes; a reload makes a new one.
type plan struct {
	settings config.Settings
	journeys []journey.Journey
	refused  []refusal // by file
	files    []string  // that the journeys are made of, also such as could come
}

// refusal is a journey file with mistakes.
type refusal struct {
	file string
	why  string // every mistake, a line each
}

// newPlan is the plan of a reading of journeys and what was wrong with it. A
// file that was right before and has mistakes now is walked on as it was: one
// slip of the pen must not stop the watching.
func newPlan(s config.Settings, journeys []journey.Journey, problems config.Problems, before *plan) *plan {
	p := &plan{settings: s, journeys: journeys}
	for _, problem := range problems.Errors() {
		i := slices.IndexFunc(p.refused, func(r refusal) bool { return r.file == problem.File })
		if i < 0 {
			p.refused = append(p.refused, refusal{file: problem.File})
			i = len(p.refused) - 1
		} else {
			p.refused[i].why += "\n"
		}
		p.refused[i].why += problem.String()
	}
	if before == nil {
		return p
	}
	for _, j := range before.journeys {
		refused := slices.ContainsFunc(p.refused, func(r refusal) bool { return r.file == j.File })
		if _, moved := p.journey(j.Site.ID, j.ID); refused && !moved && p.registered(j.Site.ID) {
			p.journeys = append(p.journeys, j)
		}
	}
	return p
}

// registered reports whether journeys may name the site.
func (p *plan) registered(site string) bool {
	return len(p.settings.Sites) == 0 ||
		slices.ContainsFunc(p.settings.Sites, func(s config.Site) bool { return s.ID == site })
}

func (p *plan) journey(site, id string) (journey.Journey, bool) {
	i := slices.IndexFunc(p.journeys, func(j journey.Journey) bool { return j.Site.ID == site && j.ID == id })
	if i < 0 {
		return journey.Journey{}, false
	}
	return p.journeys[i], true
}

// visit is what a slot asks for; found is false where it is no longer
// registered.
func (p *plan) visit(slot journey.Slot) (j journey.Journey, v journey.Visit, found bool) {
	j, found = p.journey(slot.Site, slot.Journey)
	if !found {
		return j, v, false
	}
	i := slices.IndexFunc(j.Visits, func(v journey.Visit) bool { return v.Device.Name == slot.Device })
	if i < 0 {
		return j, v, false
	}
	return j, j.Visits[i], true
}

// needsChrome reports whether any journey has to be looked at. As long as there
// is none at all, one that does is to be expected.
func (p *plan) needsChrome() bool {
	return len(p.journeys) == 0 || slices.ContainsFunc(p.journeys, journey.Journey.NeedsBrowser)
}

// jobs are what the schedule has to keep; every, where it isn't 0, replaces
// each journey's own schedule.
func (p *plan) jobs(every time.Duration) []schedule.Job {
	var jobs []schedule.Job
	for _, j := range p.journeys {
		if j.Disabled {
			continue
		}
		s := j.Schedule
		if every > 0 {
			s = journey.Schedule{Every: every, Timezone: s.Timezone}
		}
		for _, v := range j.Visits {
			jobs = append(jobs, schedule.Job{
				Site: j.Site.ID, Journey: j.ID, Device: v.Device.Name, Location: p.settings.Location, Schedule: s,
			})
		}
	}
	return jobs
}

// rows are the plan as the API lists it: the journeys, then the refused files
// of which nothing is walked.
func (p *plan) rows(every time.Duration) []web.Journey {
	var rows []web.Journey
	why := map[string]string{}
	for _, r := range p.refused {
		why[r.file] = r.why
	}
	walked := map[string]bool{}
	for _, j := range p.journeys {
		walked[j.File] = true
		for _, v := range j.Visits {
			rows = append(rows, web.Journey{
				Client: j.Site.Client, Site: j.Site.ID, SiteTitle: j.Site.Title, Journey: j.ID, Title: j.Title, Stage: j.Stage,
				Every: rhythm(j.Schedule, every), Device: v.Device.Name, Refused: why[j.File], StopBefore: j.StopBefore,
				Tags: j.Tags, Disabled: j.Disabled,
			})
		}
	}
	for _, r := range p.refused {
		if !walked[r.file] {
			name := strings.TrimSuffix(filepath.Base(r.file), filepath.Ext(r.file))
			rows = append(rows, web.Journey{Client: "none", Site: "none", Journey: name, Title: r.file, Refused: r.why})
		}
	}
	return rows
}

// rhythm is a schedule as it is written: 5m, or five fields of cron.
func rhythm(s journey.Schedule, every time.Duration) string {
	d := cmp.Or(every, s.Every)
	if d == 0 {
		return s.Cron
	}
	text := d.String()
	if short, ok := strings.CutSuffix(text, "m0s"); ok {
		text = short + "m"
	}
	if short, ok := strings.CutSuffix(text, "h0m"); ok {
		text = short + "h"
	}
	return text
}
