package browser

import (
	"bytes"
	"context"
	"strings"
	"sync"

	cdptarget "github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// wire hears the messages of the protocol as they are sent and as they come. It
// is safe for concurrent use.
type wire struct {
	told func(sent bool, message []byte) // of every message; nil = nobody

	mu    sync.Mutex                              // guards waits
	waits map[cdptarget.SessionID]chan<- struct{} // who waits for an input to be sent
}

// option has a Chrome's messages heard. chromedp gives them to a formatter of
// its own: "-> " and "<- " stand before them.
func (w *wire) option() chromedp.BrowserOption {
	return chromedp.WithBrowserDebugf(func(format string, args ...any) {
		if len(args) != 1 {
			return
		}
		message, ok := args[0].([]byte)
		if !ok {
			return
		}
		sent := strings.HasPrefix(format, "->")
		if w.told != nil {
			w.told(sent, message)
		}
		if sent {
			w.inputSent(message)
		}
	})
}

// inputSent wakes who waits for it.
func (w *wire) inputSent(message []byte) {
	head := message[:min(len(message), 160)] // ids and the method come first
	if !bytes.Contains(head, []byte(`"method":"Input.`)) {
		return
	}
	_, rest, _ := bytes.Cut(head, []byte(`"sessionId":"`))
	session, _, _ := bytes.Cut(rest, []byte(`"`))
	w.mu.Lock()
	defer w.mu.Unlock()
	if sent := w.waits[cdptarget.SessionID(session)]; sent != nil {
		select {
		case sent <- struct{}{}:
		default: // nobody counts them
		}
	}
}

// inARow makes inputs one after the other without waiting for the page to have
// taken each of them in: it takes a movement of the mouse in with its next
// frame, and a press that follows at once. Each is sent when the one before it
// has been; what its call returns is waited for at the end.
func (w *wire) inARow(ctx context.Context, t *chromedp.Target, inputs []func() error) error {
	sent := make(chan struct{}, 1)
	w.mu.Lock()
	if w.waits == nil {
		w.waits = make(map[cdptarget.SessionID]chan<- struct{})
	}
	w.waits[t.SessionID] = sent
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		delete(w.waits, t.SessionID)
		w.mu.Unlock()
	}()
	answers := make([]chan error, len(inputs))
	for i, input := range inputs {
		answers[i] = make(chan error, 1)
		go func() { answers[i] <- input() }()
		select {
		case <-sent:
		case err := <-answers[i]: // it ended before it was sent, or we did not hear of it
			answers[i] <- err
			if err != nil {
				return err
			}
			select { // it was sent all the same: the next must not be taken for it
			case <-sent:
			default:
			}
		case <-ctx.Done():
		}
	}
	var failed error
	for _, answer := range answers {
		if err := <-answer; failed == nil {
			failed = err
		}
	}
	return failed
}

// together makes calls that don't depend on each other at the same time, and
// waits for all. The first failure, in their order, is returned.
func together(calls ...func() error) error {
	failures := make([]error, len(calls))
	var all sync.WaitGroup
	for i, call := range calls {
		all.Go(func() { failures[i] = call() })
	}
	all.Wait()
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}
