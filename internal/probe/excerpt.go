package probe

import (
	"context"
	"fmt"
	"path/filepath"

	"samui/internal/browser"
)

// excerpt reads the page's HTML around what a failed step looked for, and says
// where it will be when the visit is over.
func (v *visit) excerpt(ctx context.Context, s *browser.Session, i int) {
	r := &v.run.Steps[i]
	text, err := s.Excerpt(ctx)
	if err != nil {
		v.tell(Progress{Index: i, Warnings: []string{v.redact.Redact(fmt.Sprintf("no HTML of step %q: %v", r.Step, err))}})
		return
	}
	if text == "" {
		return
	}
	path := filepath.Join(v.options.Evidence, v.run.RunID, fmt.Sprintf("%02d-%s.dom.txt", i+1, r.Step))
	r.Evidence.DOM = &path
	v.excerpts[i] = v.redact.Redact(text)
}

// keepExcerpts keeps what was read of the pages. It does so when the visit is
// over: only then is everything known that has to be hidden, and nothing else
// is ever in a file.
func (v *visit) keepExcerpts() {
	for i := range v.run.Steps {
		r := &v.run.Steps[i]
		path := r.Evidence.DOM
		if path == nil {
			continue
		}
		r.Evidence.DOM = nil
		if err := keep(*path, []byte(v.redact.Redact(v.excerpts[i])+"\n")); err != nil {
			v.tell(Progress{Index: i, Warnings: []string{fmt.Sprintf("no HTML of step %q: %v", r.Step, err)}})
			continue
		}
		r.Evidence.DOM = path
	}
}
