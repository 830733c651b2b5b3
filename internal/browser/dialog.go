package browser

import (
	"context"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"

	"samui/internal/journey"
)

// span is a time between two others, in epoch ms.
type span struct{ from, to float64 }

// within is how much of the span lies between two times.
func (s span) within(from, to float64) float64 {
	return max(0, min(s.to, to)-max(s.from, from))
}

// dialog answers what would otherwise hold the page for ever. An alert, and the
// question whether to leave, have one answer unless the journey gives another;
// of other questions the journey has to say which, or the step fails.
func (s *Session) dialog(t *tab, e *page.EventJavascriptDialogOpening) {
	opened := time.Now()
	var answer page.HandleJavaScriptDialogParams
	s.state.update(func(state *state) {
		state.dialog = brief(e.Message)
		state.unrest.dialogs++
		var failure *Failure
		answer, failure = s.replyLocked(e)
		if failure != nil {
			state.failLocked(failure)
		}
	})
	s.spawn(func() {
		ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
		defer cancel()
		// A dialog that is gone by then needs no answer.
		_, _ = cdp.Call(ctx, t.target, page.HandleJavaScriptDialog, answer)
		s.state.update(func(s *state) { s.answered = append(s.answered, span{epochMs(opened), epochMs(time.Now())}) })
	})
}

// replyLocked is what is answered, and what is wrong where the journey doesn't
// say it. An alert uses none of the journey's answers up: it asks nothing.
func (s *Session) replyLocked(e *page.EventJavascriptDialogOpening) (page.HandleJavaScriptDialogParams, *Failure) {
	accept := page.HandleJavaScriptDialogParams{Accept: true, PromptText: e.DefaultPrompt}
	switch {
	case e.Type == page.DialogTypeAlert:
		return accept, nil
	case len(s.state.replies) > 0:
	case e.Type == page.DialogTypeBeforeunload:
		return accept, nil
	default:
		return page.HandleJavaScriptDialogParams{}, &Failure{
			Kind: journey.KindDialog, Message: fmt.Sprintf("the page asked %q (%s), and the journey doesn't say what to answer", brief(e.Message), e.Type),
			Hint: "say it before the action that makes the page ask: dialog: accept, dialog: dismiss or dialog: {answer: …}",
		}
	}
	reply := s.state.replies[0]
	s.state.replies = s.state.replies[1:]
	switch reply.Reply {
	case "dismiss":
		return page.HandleJavaScriptDialogParams{}, nil
	case "answer":
		if f := s.refusesSecret(reply.With, e.URL); f != nil {
			f.Pos = reply.Pos
			return page.HandleJavaScriptDialogParams{}, f
		}
		accept.PromptText = s.values.Reveal(reply.With)
	}
	return accept, nil
}

// heldUp is how long dialogs held the page up between two times, in epoch ms.
func (st *step) heldUp(from, to float64) float64 {
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	sum := 0.0
	for _, s := range st.state.answered {
		sum += s.within(from, to)
	}
	return sum
}

func epochMs(t time.Time) float64 { return float64(t.UnixMicro()) / 1000 }
