package probe

import (
	"context"
	"fmt"
	"path/filepath"

	"samui/internal/browser"
)

// excerpt keeps the page's HTML around what a failed step looked for.
func (v *visit) excerpt(ctx context.Context, s *browser.Session, i int) {
	r := &v.run.Steps[i]
	text, err := s.Excerpt(ctx)
	if err == nil && text != "" {
		text = v.redact.Redact(text)
		path := filepath.Join(v.options.Evidence, v.run.RunID, fmt.Sprintf("%02d-%s.dom.txt", i+1, r.Step))
		if err = keep(path, []byte(text+"\n")); err == nil {
			r.Evidence.DOM = &path
			if v.excerpts == nil {
				v.excerpts = map[int]string{}
			}
			v.excerpts[i] = text
		}
	}
	if err != nil {
		v.tell(Progress{Index: i, Warnings: []string{v.redact.Redact(fmt.Sprintf("no HTML of step %q: %v", r.Step, err))}})
	}
}

// hideInExcerpts writes those again in which something is now known to be a
// secret that was none yet.
func (v *visit) hideInExcerpts() {
	for i, text := range v.excerpts {
		path := v.run.Steps[i].Evidence.DOM
		hidden := v.redact.Redact(text)
		if path == nil || hidden == text {
			continue
		}
		if err := keep(*path, []byte(hidden+"\n")); err != nil {
			v.run.Steps[i].Evidence.DOM = nil
			v.tell(Progress{Index: i, Warnings: []string{fmt.Sprintf("no HTML of step %q: %v", v.run.Steps[i].Step, err)}})
		}
	}
}
