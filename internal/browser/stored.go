package browser

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
)

// stored is what waits for the next document of an origin whose storage is to
// be changed. It is safe for concurrent use.
type stored struct {
	mu      sync.Mutex // guards what follows, also while the browser is told
	serial  int
	waiting map[string]page.ScriptIdentifier
}

// inStorage changes the storage of an address's origin: at once where the page
// is of that origin, else in its next document, before any script of the page's.
// what and later name what is done now and then.
func (s *Session) inStorage(ctx context.Context, what, later, address string, args ...any) error {
	args = append([]any{address}, args...)
	now := js("samui.storage."+what, args...)
	if done, _, err := eval[bool](ctx, s, now); err != nil || done {
		return err
	}
	id, err := s.stored.add(ctx, s, later, args)
	if err != nil {
		return err
	}
	// A page that was on its way has come in the meantime?
	done, _, err := eval[bool](ctx, s, now)
	if err == nil && done {
		return s.stored.drop(ctx, s, id)
	}
	return err
}

func (d *stored) add(ctx context.Context, s *Session, what string, args []any) (id string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.serial++
	id = fmt.Sprintf("stored-%d", d.serial)
	script, err := cdp.Call(ctx, s.target(), page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: topOnly(js("samui.storage.later", append([]any{id, what}, args...)...)), WorldName: worldName,
	})
	if err != nil {
		return "", fmt.Errorf("%s: %w", page.AddScriptToEvaluateOnNewDocument.Method, because(ctx, err))
	}
	if d.waiting == nil {
		d.waiting = map[string]page.ScriptIdentifier{}
	}
	d.waiting[id] = script.Identifier
	return id, nil
}

// drop is for what is done. What has been dropped already is no matter.
func (d *stored) drop(ctx context.Context, s *Session, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dropLocked(ctx, s, id)
}

func (d *stored) dropLocked(ctx context.Context, s *Session, id string) error {
	script, waits := d.waiting[id]
	if !waits {
		return nil
	}
	delete(d.waiting, id)
	return call(ctx, s.target(), page.RemoveScriptToEvaluateOnNewDocument, page.RemoveScriptToEvaluateOnNewDocumentParams{Identifier: script})
}

func (d *stored) dropAll(ctx context.Context, s *Session) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range slices.Collect(maps.Keys(d.waiting)) {
		if err := d.dropLocked(ctx, s, id); err != nil {
			return err
		}
	}
	return nil
}

// storedIn notes that a document has changed its storage: the next must not.
func (s *Session) storedIn(id string) {
	ctx, cancel := s.aside()
	defer cancel()
	_ = s.stored.drop(ctx, s, id) // of a tab that can't be told there is no next document
}
