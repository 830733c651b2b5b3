package probe

import (
	"bytes"
	"fmt"
	"path/filepath"
	"runtime/debug"

	"samui/internal/browser"
	"samui/internal/har"
	"samui/internal/journey"
)

// fetched is what one step fetched, by the tries that it took.
type fetched struct {
	records []*browser.Record
	kept    bool // as evidence
}

// note keeps the record of a try.
func (f *fetched) note(r *browser.Record) {
	if r != nil {
		f.records = append(f.records, r)
	}
}

// forget drops what nobody will look at, so that a visit holds no more than
// that.
func (f *fetched) forget() {
	for _, r := range f.records {
		r.Drop()
	}
	*f = fetched{}
}

// waterfall is what is known at the end of the visit, secrets hidden.
func (f *fetched) waterfall(hide journey.Redactor) journey.Waterfall {
	var all journey.Waterfall
	for i, r := range f.records {
		w := r.Waterfall().Redacted(hide)
		if i == 0 {
			all.Began = w.Began
		}
		all.Requests = append(all.Requests, w.Requests...)
		all.Beyond += w.Beyond
		all.Inline += w.Inline
	}
	return all
}

// afterwards does what is left to do when the run is judged: a panic of ours
// takes nothing from it.
func (v *visit) afterwards(work func()) {
	defer func() {
		if p := recover(); p != nil {
			defer func() { _ = recover() }() // it may be who is told that panics
			v.tell(Progress{Warnings: []string{v.redact.Redact(fmt.Sprintf("BUG: not all of what the visit showed is kept: %v\n%s", p, debug.Stack()))}})
		}
	}()
	work()
}

// keepFetched keeps what the steps fetched as evidence, and tells of it. It
// does so when the visit is over: only then is everything known that has to be
// hidden, and a response may outlive its step.
func (v *visit) keepFetched() {
	var all []har.Step
	for i := range v.fetched {
		f := &v.fetched[i]
		if len(f.records) == 0 {
			continue
		}
		step := har.Step{Index: i, Waterfall: f.waterfall(v.redact)}
		all = append(all, step)
		if !f.kept {
			continue
		}
		path, err := v.keepWaterfall(step)
		if err != nil {
			v.tell(Progress{Index: i, Warnings: []string{fmt.Sprintf("no waterfall of step %q: %v", v.run.Steps[i].Step, err)}})
			continue
		}
		v.run.Steps[i].Evidence.Waterfall = &path
	}
	if v.options.Fetched != nil {
		v.options.Fetched(all)
	}
}

// keepWaterfall keeps what a step fetched, and says where.
func (v *visit) keepWaterfall(step har.Step) (path string, err error) {
	var file bytes.Buffer
	w := har.NewWriter(&file)
	err = w.Add(har.Visit{Run: v.run, Steps: []har.Step{step}})
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return "", err
	}
	path = filepath.Join(v.options.Evidence, v.run.RunID, fmt.Sprintf("%02d-%s.har", step.Index+1, v.run.Steps[step.Index].Step))
	return path, keep(path, file.Bytes())
}
