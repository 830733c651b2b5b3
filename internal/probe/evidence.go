package probe

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"samui/internal/browser"
	"samui/internal/journey"
)

// photograph keeps a picture of a step's end, and decides whether what it
// fetched is kept, too. The picture is taken when the wait is known, so that it
// costs the measurement nothing. A step without a picture is still a result:
// what went wrong is told as a warning.
func (v *visit) photograph(ctx context.Context, s *browser.Session, i int) {
	r := &v.run.Steps[i]
	if v.options.Evidence == "" || v.journey.Steps[i].Asks() {
		return
	}
	if v.options.Shoot != nil && !v.options.Shoot(journey.Judge(v.journey, v.run).Steps[i]) {
		return
	}
	v.fetched[i].kept = true
	if r.Failure != nil && r.Failure.Kind == journey.KindCrash {
		return // there is nothing to see
	}
	if r.Failure != nil {
		v.excerpt(ctx, s, i)
	}
	picture, err := s.Screenshot(ctx)
	if err == nil {
		name := fmt.Sprintf("%02d-%s.png", i+1, r.Step)
		path := filepath.Join(v.options.Evidence, v.run.RunID, name)
		if err = keep(path, picture); err == nil {
			r.Evidence.Screenshot = &path
			return
		}
	}
	v.tell(Progress{Index: i, Warnings: []string{v.redact.Redact(fmt.Sprintf("no picture of step %q: %v", r.Step, err))}})
}

// keep writes a file whole or not at all, readable by its owner only.
func keep(path string, data []byte) error {
	return keepWhole(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// keepWhole is keep for what is written piece by piece.
func keepWhole(path string, write func(io.Writer) error) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".samui-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already when all went well
	if err = write(f); err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
