package browser

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/runtime"

	"samui/internal/journey"
)

const (
	// scriptLimit bounds what an expression does at once; scriptCap also the
	// promise that it gives.
	scriptLimit = time.Second
	scriptCap   = time.Minute
	// scriptBefore is how long it may take before an input, to know what held
	// already.
	scriptBefore = 250 * time.Millisecond

	scriptGroup = "samui"
)

// scriptAnswer is what an expression gave in the page's own world.
type scriptAnswer struct {
	Holds bool   `json:"holds"`
	Why   string `json:"why"` // of one that doesn't hold
}

// answer evaluates what our world asks about, in the page's own, and tells it.
func (s *Session) answer(t *tab, world string, r report) {
	ctx, cancel := context.WithTimeout(context.Background(), scriptCap)
	ended := make(chan struct{})
	defer func() {
		cancel()
		<-ended
	}()
	go func() { // ends with ctx: a promise that never settles doesn't outlive its tab
		defer close(ended)
		select {
		case <-s.closed:
			cancel()
		case <-ctx.Done():
		}
	}()
	found := make([]scriptAnswer, 0, len(r.Scripts))
	for _, expression := range r.Scripts {
		a, err := s.evaluate(ctx, t.target, expression)
		if err != nil {
			return // the document has gone: the next one asks itself
		}
		found = append(found, a)
	}
	// One that has gone needs no answer.
	_, _ = evalIn[any](ctx, t.target, world, js("samui.script.answer", r.ID, found))
}

// evaluate is an expression in the page's own world. The page's security policy
// doesn't apply, and a promise is waited for.
func (s *Session) evaluate(ctx context.Context, on cdp.Session, expression string) (scriptAnswer, error) {
	yes := true
	r, err := cdp.Call(ctx, on, runtime.Evaluate, runtime.EvaluateParams{
		Expression: wrappedScript(expression), AwaitPromise: &yes, Silent: &yes, ObjectGroup: scriptGroup,
		Timeout: runtime.TimeDelta(scriptLimit.Milliseconds()),
	})
	if err != nil {
		if isGone(err) || ctx.Err() != nil {
			return scriptAnswer{}, err
		}
		return scriptAnswer{Why: fmt.Sprintf("it was stopped after %s", scriptLimit)}, nil
	}
	if x := r.ExceptionDetails; x != nil {
		what, _, _ := strings.Cut(exceptionText(x), "\n")
		return scriptAnswer{Why: "it threw " + brief(cmp.Or(what, "something"))}, nil
	}
	if r.Result != nil && r.Result.ObjectID != "" {
		// What it gave is not wanted: the page may forget it.
		_ = call(ctx, on, runtime.ReleaseObjectGroup, runtime.ReleaseObjectGroupParams{ObjectGroup: scriptGroup})
	}
	holds, what := truth(r.Result)
	if holds {
		return scriptAnswer{Holds: true}, nil
	}
	return scriptAnswer{Why: "it gave " + what}, nil
}

// wrappedScript is an expression, and nothing else: a comment at its end is
// one, too.
func wrappedScript(expression string) string { return "(\n" + expression + "\n)" }

// truth is what JavaScript takes a value for, and how it is called where that
// is false.
func truth(o *runtime.RemoteObject) (bool, string) {
	if o == nil {
		return false, "undefined"
	}
	switch {
	case o.Type == runtime.RemoteObjectTypeUndefined:
		return false, "undefined"
	case o.Subtype == runtime.RemoteObjectSubtypeNull:
		return false, "null"
	case o.UnserializableValue != "":
		v := string(o.UnserializableValue)
		return !slices.Contains([]string{"NaN", "-0", "0n"}, v), v
	}
	switch v := string(o.Value); v {
	case "false", "0", `""`:
		return false, v
	}
	return true, ""
}

// scripts are the expressions of what a step waits for, each once.
func (st *step) scripts() []string {
	var all []string
	for _, e := range st.seen {
		e.Every(func(e journey.Expectation) {
			if text := st.encoder.values.Reveal(e.Text); e.Claim == journey.ClaimScript && !slices.Contains(all, text) {
				all = append(all, text)
			}
		})
	}
	return all
}

// scriptsBefore is what the expressions give before an input is made. One that
// takes its time gives nothing yet.
func (st *step) scriptsBefore(ctx context.Context) map[string]scriptAnswer {
	all := st.scripts()
	if len(all) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, scriptBefore)
	defer cancel()
	known := make(map[string]scriptAnswer, len(all))
	for _, expression := range all {
		a, err := st.evaluate(ctx, st.target(), expression)
		if err != nil {
			a = scriptAnswer{}
		}
		known[expression] = a
	}
	return known
}

// readScripts refuses a step whose expressions are no JavaScript.
func (st *step) readScripts(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var failure *Failure
	for _, e := range st.Expect {
		e.Every(func(e journey.Expectation) {
			if e.Claim != journey.ClaimScript || failure != nil {
				return
			}
			r, err := cdp.Call(ctx, st.target(), runtime.CompileScript, runtime.CompileScriptParams{Expression: wrappedScript(st.encoder.values.Reveal(e.Text))})
			if err == nil && r.ExceptionDetails != nil {
				what, _, _ := strings.Cut(exceptionText(r.ExceptionDetails), "\n")
				failure = &Failure{
					Kind: journey.KindScript, Message: fmt.Sprintf("%s is no JavaScript expression: %s", e, what), Pos: e.Pos,
					Hint: "try it in the browser's console, in brackets",
				}
			}
		})
	}
	if failure != nil {
		return failure
	}
	if err := ctx.Err(); err != nil && errors.Is(err, context.Canceled) {
		return context.Cause(ctx)
	}
	return nil
}

// scriptsLast has the page judge what costs nothing first.
func scriptsLast(expected []journey.Expectation) []journey.Expectation {
	slices.SortStableFunc(expected, func(a, b journey.Expectation) int { return cmp.Compare(asks(a), asks(b)) })
	return expected
}

// asks is 1 for an expectation that has an expression evaluated, else 0.
func asks(e journey.Expectation) int {
	found := 0
	e.Every(func(e journey.Expectation) {
		if e.Claim == journey.ClaimScript {
			found = 1
		}
	})
	return found
}
