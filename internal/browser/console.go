package browser

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"

	"samui/internal/journey"
)

// complain notes an error in the console of the tab that the customer sees.
func (s *Session) complain(t *tab, text, source string) {
	s.state.update(func(s *state) {
		if t.view == s.view {
			s.complainLocked(text, source)
		}
	})
}

// complainLocked notes an error in the console.
func (s *state) complainLocked(text, source string) {
	s.console++
	e := journey.ConsoleError{Text: brief(addressIn.ReplaceAllStringFunc(text, toldURL)), Times: 1}
	if source != "" {
		e.Source = &source
	}
	s.said = s.said.Note(e)
}

// saidLocked is the console's errors in words, the first of them by what they
// say; empty = there were none.
func (s *state) saidLocked() string {
	var first []string
	told := 0
	for _, e := range s.said[:min(len(s.said), mostSaid)] {
		text := fmt.Sprintf("%q", e.Text)
		if e.Times > 1 {
			text += fmt.Sprintf(" (%d times)", e.Times)
		}
		first = append(first, text)
		told += e.Times
	}
	return counted(s.console, "error", "errors", first, s.console > told)
}

var addressIn = regexp.MustCompile(`\b(?:https?|wss?)://[^\s'"<>\x60]+`)

// toldURL is an address as it may be told of: what lets somebody in is hidden.
func toldURL(raw string) string {
	address, _ := recordedURL(raw)
	return address
}

// brief is the first line of a text, and of a long one as many whole words as
// fit: half a secret would not be recognised as one.
func brief(text string) string {
	const most = 300
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	if len(text) <= most {
		return text
	}
	return text[:strings.LastIndexByte(text[:most], ' ')+1] + "…"
}

// consoleText is what console.error was called with.
func consoleText(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		var text string
		switch {
		case json.Unmarshal(a.Value, &text) == nil:
		case a.Description != "":
			text = a.Description
		default:
			text = string(a.Value)
		}
		words = append(words, text)
	}
	return strings.Join(words, " ")
}

func exceptionText(x *runtime.ExceptionDetails) string {
	switch {
	case x == nil:
		return ""
	case x.Exception != nil && x.Exception.Description != "":
		return x.Exception.Description
	default:
		return x.Text
	}
}

// thrownAt is where an exception was thrown.
func thrownAt(x *runtime.ExceptionDetails) string {
	switch {
	case x == nil:
		return ""
	case x.StackTrace != nil && len(x.StackTrace.CallFrames) > 0:
		return calledAt(x.StackTrace)
	default:
		return sourceAt(x.URL, x.LineNumber, x.ColumnNumber)
	}
}

// calledAt is the place in a script from which something was called, empty
// where no script did.
func calledAt(stack *runtime.StackTrace) string {
	if stack == nil || len(stack.CallFrames) == 0 {
		return ""
	}
	f := stack.CallFrames[0]
	return sourceAt(f.URL, f.LineNumber, f.ColumnNumber)
}

// loggedAt is what a complaint of Chrome's own is about: a place in a script or
// a document, or an address that could not be fetched.
func loggedAt(e *log.Entry) string {
	if at := calledAt(e.StackTrace); at != "" {
		return at
	}
	file := sourceFile(e.URL)
	if e.LineNumber > 0 && file != "" {
		return fmt.Sprintf("%s:%d", file, e.LineNumber+1)
	}
	return file
}

// sourceAt writes a place in a file as people count, from 1; empty where the
// script has no address.
func sourceAt(address string, line, column int64) string {
	file := sourceFile(address)
	if file == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d", file, line+1, column+1)
}

// sourceFile is an address as it is told: without what is asked for, which may
// let somebody in; of what no server sent only of what kind it is.
func sourceFile(address string) string {
	if _, sent := recordedURL(address); sent {
		return bounded(bareAddress(address), mostAddress)
	}
	if kind, _, ok := strings.Cut(address, ":"); ok {
		return bounded(kind, mostWord) + ":…"
	}
	return ""
}
