package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"samui/internal/journey"
	"samui/internal/probe"
)

// stepper asks after each step how the visit goes on: `samui run --step`.
//
// Again does the step's actions once more on the page as they left it: no page
// can be put back to what it was before. A step that went elsewhere is begun
// again there, and may not find its button any more.
type stepper struct {
	world *world
	lines chan string // what is typed; closed at its end
	quit  bool        // somebody wants no more visits either
}

// newStepper begins to read what is typed.
func (w *world) newStepper() *stepper {
	s := &stepper{world: w, lines: make(chan string)}
	// Reading from a terminal can't be called off: this goroutine ends with what
	// is typed, or with the program.
	go func() {
		defer close(s.lines)
		typed := bufio.NewScanner(w.stdin)
		for typed.Scan() {
			s.lines <- strings.ToLower(strings.TrimSpace(typed.Text()))
		}
	}()
	return s
}

// ask waits for an answer, or for the end of the visit.
func (s *stepper) ask(ctx context.Context, _ journey.StepResult) probe.Next {
	w := s.world
	const question = "next (Enter), again or quit? "
	prompt := question
	for {
		fmt.Fprint(w.stdout, textIndent+w.screen.paint(cyan, prompt))
		var answer string
		var more bool
		select {
		case answer, more = <-s.lines:
		case <-ctx.Done():
		}
		if w.screen.live {
			// What was typed ahead stands elsewhere, and the cursor still here.
			fmt.Fprint(w.stdout, clearLine)
		} else {
			fmt.Fprintln(w.stdout)
		}
		switch {
		case !more, answer == "q", answer == "quit":
			s.quit = true
			return probe.Quit
		case answer == "", answer == "n", answer == "next":
			return probe.GoOn
		case answer == "a", answer == "again":
			return probe.Again
		}
		prompt = "n, a or q. " + question
	}
}

// ended reports whether somebody has seen enough. Nobody has where nobody was
// asked.
func (s *stepper) ended() bool { return s != nil && s.quit }

// typedAt reports whether somebody can type where the input comes from.
func typedAt(in io.Reader) bool {
	f, ok := in.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
