package web

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

func TestCausesOf(t *testing.T) {
	script := "https://cdn.example/a/app.js?v=3"
	page := &journey.Page{Causes: &journey.Causes{
		LCP: &journey.Painted{Element: new("{alt: Hero}"), URL: new("https://shop.example/hero.png?w=900")},
		CLS: &journey.Shift{Shift: 0.0123, AtMs: 1310},
		INP: &journey.Phases{Element: new("{role: button, name: Buy}"), Event: "click", DelayMs: 2, ProcessingMs: 120.4, PresentationMs: 16},
		LongFrames: []journey.LongFrame{
			{AtMs: 1200, DurationMs: 180, Script: &script, Function: new("recount"), ScriptMs: 150},
			{AtMs: 100, DurationMs: 70, Function: new("TimerHandler:setTimeout"), ScriptMs: 60},
			{AtMs: 2200, DurationMs: 80},
		},
	}}
	want := []cause{
		{"LCP", "{alt: Hero}", "hero.png", "https://shop.example/hero.png?w=900"},
		{"CLS", "", "moved by 0.01 at 1.31 s", ""},
		{"INP", "{role: button, name: Buy}", "click: 2 ms until it was answered, 120 ms of handlers, 16 ms until it was painted", ""},
		{"blocking", "", "a frame of 180 ms at 1.20 s, 150 ms of it in recount of app.js", script},
		{"blocking", "", "a frame of 70 ms at 100 ms, 60 ms of it in TimerHandler:setTimeout", ""},
		{"blocking", "", "a frame of 80 ms at 2.20 s", ""},
	}
	if diff := cmp.Diff(want, causesOf(page)); diff != "" {
		t.Error(diff)
	}
	if got := causesOf(&journey.Page{}); got != nil {
		t.Errorf("nothing stands behind nothing, got %v", got)
	}
	if got := causesOf(nil); got != nil {
		t.Errorf("a step without a page has %v", got)
	}
}
