package browser

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"samui/internal/journey"
	"samui/internal/values"
)

// worldName names the isolated world in which Samui's scripts run: the page
// can't see or touch them, and its Content-Security-Policy doesn't apply.
const worldName = "samui"

const bindingName = "samuiReport"

//go:embed page/*.js
var pageScripts embed.FS

// topOnly is a script for the page's own document. Frames inside the page have
// it evaluated too, and leave at once.
func topOnly(script string) string { return "if (window === window.top) {\n" + script + "\n}" }

// worldScript is what runs first in every document, and in a frame when a
// journey looks into it.
func worldScript() (string, error) {
	names, err := fs.Glob(pageScripts, "page/*.js")
	if err != nil {
		return "", fmt.Errorf("BUG: listing the page's scripts: %w", err)
	}
	const first = "page/start.js"
	names = slices.DeleteFunc(names, func(name string) bool { return name == first })
	var b strings.Builder
	for _, name := range append([]string{first}, names...) {
		source, err := pageScripts.ReadFile(name)
		if err != nil {
			return "", fmt.Errorf("BUG: reading a page's script: %w", err)
		}
		b.Write(source)
	}
	return b.String(), nil
}

// targetJSON is a target as the page's scripts take it.
type targetJSON struct {
	By      journey.By  `json:"by"`
	Value   string      `json:"value"`
	Op      journey.Op  `json:"op"`
	Name    string      `json:"name"`
	NameOp  journey.Op  `json:"nameOp"`
	Within  *targetJSON `json:"within"`
	Has     string      `json:"has"`
	Nth     int         `json:"nth"`
	TestIDs []string    `json:"testids"`

	Pattern     *patternJSON  `json:"pattern"` // Value, where Op is Matches
	NamePattern *patternJSON  `json:"namePattern"`
	FirstOf     []*targetJSON `json:"firstOf"`
}

// claimJSON is an expectation as the page's scripts take it.
type claimJSON struct {
	Claim   journey.Claim `json:"claim"`
	Target  *targetJSON   `json:"target"`
	Name    string        `json:"name"`
	Op      journey.Op    `json:"op"`
	Text    string        `json:"text"`
	Pattern *patternJSON  `json:"pattern"`
	Number  float64       `json:"number"`
	Path    bool          `json:"path"`
	Base    string        `json:"base"`
	Of      []claimJSON   `json:"of"`
}

type patternJSON struct {
	Source string `json:"source"`
	Flags  string `json:"flags"`
}

// encoder turns what the journey says into what the page understands, with
// secrets revealed, and worked out what only this visit knows.
type encoder struct {
	site   journey.Site
	values *values.Values
}

func (e encoder) target(t *journey.Target) *targetJSON {
	if t == nil {
		return nil
	}
	found := &targetJSON{
		By: t.By, Value: e.values.Reveal(t.Value), Op: t.Op, Name: e.values.Reveal(t.Name), NameOp: t.NameOp, Within: e.target(t.Within),
		Has: e.values.Reveal(t.Has), Nth: t.Nth, TestIDs: testIDs(e.site),
	}
	found.Pattern, found.NamePattern = targetPattern(t.Op, e.values.Pattern(t.Value)), targetPattern(t.NameOp, e.values.Pattern(t.Name))
	for i := range t.FirstOf {
		found.FirstOf = append(found.FirstOf, e.target(&t.FirstOf[i]))
	}
	return found
}

// targetPattern is the regular expression of a target. Whatever a variable of
// the visit has made of it that is none matches nothing.
func targetPattern(op journey.Op, text string) *patternJSON {
	if op != journey.Matches {
		return nil
	}
	source, flags, err := jsPattern(text)
	if err != nil {
		source, flags = "[]", "u"
	}
	return &patternJSON{source, flags}
}

// choiceJSON is what is chosen in a select.
type choiceJSON struct {
	Options []string `json:"options"` // labels or values
	Index   int      `json:"index"`   // from 1, or -1, instead of them
	Only    bool     `json:"only"`    // whatever else was chosen no longer is
}

func (e encoder) choice(a journey.Action) choiceJSON {
	if len(a.Options) == 0 {
		return choiceJSON{Options: []string{e.values.Reveal(a.Option)}, Index: a.Index}
	}
	c := choiceJSON{Only: true}
	for _, o := range a.Options {
		c.Options = append(c.Options, e.values.Reveal(o))
	}
	return c
}

func testIDs(site journey.Site) []string {
	if len(site.TestIDs) > 0 {
		return site.TestIDs
	}
	return []string{"data-testid", "data-test", "data-test-id", "data-qa", "data-cy"}
}

func (e encoder) claims(expected []journey.Expectation) ([]claimJSON, error) {
	claims := make([]claimJSON, 0, len(expected))
	for _, x := range expected {
		c := claimJSON{
			Claim: x.Claim, Target: e.target(x.Target), Name: x.Name, Op: x.Op, Text: e.values.Reveal(x.Text),
			Number: x.Number, Path: x.Path, Base: e.site.URL,
		}
		var err error
		if c.Of, err = e.claims(x.Of); err != nil {
			return nil, err
		}
		if x.Path {
			c.Text = e.values.Address(x.Text)
		}
		if x.Op == journey.Matches {
			source, flags, err := jsPattern(e.values.Pattern(x.Text))
			if err != nil {
				return nil, &Failure{Kind: journey.KindScript, Message: fmt.Sprintf("%s: %v", x, err), Pos: x.Pos}
			}
			c.Pattern = &patternJSON{source, flags}
		}
		claims = append(claims, c)
	}
	return claims, nil
}

// js is an expression that calls a function of the page's scripts.
func js(function string, args ...any) string {
	encoded := make([]string, 0, len(args))
	for _, a := range args {
		data, err := json.Marshal(a)
		if err != nil {
			panic("BUG: an argument for the page can't be encoded: " + err.Error())
		}
		encoded = append(encoded, string(data))
	}
	return fmt.Sprintf("%s(%s)", function, strings.Join(encoded, ", "))
}

// errDocumentGone means that the document went away under an evaluation: the
// question has to be put to the next one.
var errDocumentGone = errors.New("the document is gone")

// pageError is an exception of one of our own scripts: a selector of the
// journey's that the page can't read, or a mistake of ours.
type pageError struct{ text string }

func (e pageError) Error() string { return e.text }

// isGone recognises Chrome's ways of saying that an execution context doesn't
// exist any more.
func isGone(err error) bool {
	var perr *cdproto.Error
	if !errors.As(err, &perr) {
		return errors.Is(err, chromedp.ErrTargetDetached)
	}
	for _, words := range []string{"uniqueContextId not found", "Cannot find context", "context was destroyed", "navigated or closed", "Promise was collected", "Target crashed"} {
		if strings.Contains(perr.Message, words) {
			return true
		}
	}
	return false
}

// evalIn evaluates an expression in a document's world, waits for a promise
// that it may return, and decodes its result into T.
func evalIn[T any](ctx context.Context, target cdp.Session, world, expression string) (T, error) {
	var zero T
	yes := true
	r, err := cdp.Call(ctx, target, runtime.Evaluate, runtime.EvaluateParams{
		Expression: expression, UniqueContextID: world, AwaitPromise: &yes, ReturnByValue: &yes, Silent: &yes,
	})
	if err != nil {
		if isGone(err) {
			return zero, fmt.Errorf("%w: %w", errDocumentGone, err)
		}
		return zero, err
	}
	if x := r.ExceptionDetails; x != nil {
		text := x.Text
		if x.Exception != nil && x.Exception.Description != "" {
			text, _, _ = strings.Cut(x.Exception.Description, "\n")
		}
		return zero, pageError{strings.TrimPrefix(text, "Error: ")}
	}
	if r.Result == nil || len(r.Result.Value) == 0 {
		return zero, nil
	}
	var v T
	if err := json.Unmarshal(r.Result.Value, &v); err != nil {
		return zero, fmt.Errorf("decoding the page's answer: %w", err)
	}
	return v, nil
}
