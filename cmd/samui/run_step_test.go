package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/probe"
)

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		name, typed string
		want        probe.Next
		asked       int
		ended       bool
	}{
		{"Enter goes on", "\n", probe.GoOn, 1, false},
		{"a letter", "a\n", probe.Again, 1, false},
		{"a word, however it is written", " AGAIN \r\n", probe.Again, 1, false},
		{"next", "next\n", probe.GoOn, 1, false},
		{"quit", "q\n", probe.Quit, 1, true},
		{"what is no answer is asked again", "what?\nyes\nn\n", probe.GoOn, 3, false},
		{"the end of what is typed", "", probe.Quit, 1, true},
	} {
		var out bytes.Buffer
		s := (&world{stdin: strings.NewReader(c.typed), stdout: &out}).newStepper()
		got := s.ask(t.Context(), journey.StepResult{})
		if asked := strings.Count(out.String(), "again or quit?"); got != c.want || asked != c.asked || s.ended() != c.ended {
			t.Errorf("%s: %d after %d questions, ended %v; want %d, %d, %v", c.name, got, asked, s.ended(), c.want, c.asked, c.ended)
		}
	}
	var nobody *stepper
	if nobody.ended() {
		t.Error("where nobody is asked somebody has seen enough")
	}
}

// A visit that ends doesn't wait for an answer.
func TestNoAnswerWhenTheVisitEnds(t *testing.T) {
	in, typing := io.Pipe()
	defer typing.Close()
	s := (&world{stdin: in, stdout: io.Discard}).newStepper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := s.ask(ctx, journey.StepResult{}); got != probe.Quit {
		t.Errorf("got %d, want the end", got)
	}
}

func TestSlowed(t *testing.T) {
	original := journey.Journey{ID: "j", Timeout: time.Minute, Steps: []journey.Step{
		{ID: "a", Timeout: 10 * time.Second, Do: []journey.Action{{Verb: journey.Open, Pos: journey.Pos{Line: 7}}, {Verb: journey.Click}}},
		{ID: "b", Timeout: 20 * time.Second, Do: []journey.Action{{Verb: journey.Back}}},
	}}
	before := original.Revision()
	slow := slowed(original, 2*time.Second)
	var did []string
	for _, s := range slow.Steps {
		for _, a := range s.Do {
			did = append(did, string(a.Verb)+" "+a.Pause.String())
		}
	}
	if got, want := strings.Join(did, ", "), "pause 2s, open 0s, pause 2s, click 0s, pause 2s, back 0s"; got != want {
		t.Errorf("it does %s, want %s", got, want)
	}
	if slow.Timeout != 66*time.Second || slow.Steps[0].Timeout != 14*time.Second || slow.Steps[1].Timeout != 22*time.Second {
		t.Errorf("timeouts %v, %v, %v; want what they were and the pauses", slow.Timeout, slow.Steps[0].Timeout, slow.Steps[1].Timeout)
	}
	if slow.Steps[0].Do[0].Pos.Line != 7 {
		t.Error("a pause doesn't stand where its action does")
	}
	if original.Revision() != before || len(original.Steps[0].Do) != 2 {
		t.Error("the journey itself was changed")
	}
}
