package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

// oneStep loads a journey of one step with what is done and expected there.
func oneStep(t *testing.T, do, expect string) (journey.Step, Problems) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "j.yaml")
	text := "journey: j\ntitle: J\nstage: browse\nurl: https://shop.example\nevery: 5m\nsteps:\n  - step: home\n    title: Home\n    do:\n      - open: /\n      - " + do + "\n    expect:\n      - " + expect + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	all, problems := LoadJourneys(Default(), []string{path}, Env{NoSecrets: true})
	if len(all) != 1 || len(all[0].Steps) != 1 {
		return journey.Step{}, problems
	}
	return all[0].Steps[0], problems
}

// An address in the query of a path is none of the path's own.
func TestPathWithAnAddressInIt(t *testing.T) {
	for _, path := range []string{"/login?next=https://other.example/cart", "/go/https://other.example", "login?next=https://other.example#https://x", "/login?token=${secret:TOKEN}&next=https://other.example"} {
		step, problems := oneStep(t, "open: \""+path+"\"", "text: Hello")
		if len(problems) > 0 || len(step.Do) != 2 {
			t.Errorf("open: %s: %v", path, problems)
		}
	}
	step, problems := oneStep(t, "reload", "url: /go/https://other.example")
	if len(problems) > 0 || !step.Expect[0].Path {
		t.Errorf("url: is no path: %+v, %v", step.Expect, problems)
	}
}

// What is read of a target's texts and alternatives, and of what is beside
// them, where a comparator could belong to either.
func TestWordings(t *testing.T) {
	plain := func(by journey.By, s string) journey.Target { return journey.Target{By: by, Value: journey.Plain(s)} }
	said := func(by journey.By, op journey.Op, s string) *journey.Target {
		return &journey.Target{By: by, Value: journey.Plain(s), Op: op}
	}
	for do, want := range map[string]journey.Action{
		`click: {text: {matches: "Buy .*"}}`:           {Verb: journey.Click, Target: said(journey.ByText, journey.Matches, "Buy .*")},
		`click: {text: {is: Buy}, nth: 2}`:             {Verb: journey.Click, Target: &journey.Target{By: journey.ByText, Op: journey.Is, Value: journey.Plain("Buy"), Nth: 2}},
		`click: {role: link, name: {contains: Cart}}`:  {Verb: journey.Click, Target: &journey.Target{By: journey.ByRole, Value: journey.Plain("link"), Name: journey.Plain("Cart"), NameOp: journey.Contains}},
		`fill: {label: {contains: mail}, with: x}`:     {Verb: journey.Fill, Target: said(journey.ByLabel, journey.Contains, "mail"), With: journey.Plain("x")},
		`click: {first_of: [Buy, {testid: buy}]}`:      {Verb: journey.Click, Target: &journey.Target{By: journey.ByFirst, FirstOf: []journey.Target{plain(journey.ByAny, "Buy"), plain(journey.ByTestID, "buy")}}},
		`press: {first_of: [{label: Q}], key: Enter}`:  {Verb: journey.Press, Key: "Enter", Target: &journey.Target{By: journey.ByFirst, FirstOf: []journey.Target{plain(journey.ByLabel, "Q")}}},
		`press: {key: Tab, count: 3}`:                  {Verb: journey.Press, Key: "Tab", Count: 3},
		`select: {label: Size, index: last}`:           {Verb: journey.Select, Target: said(journey.ByLabel, "", "Size"), Index: journey.Last},
		`select: {label: Size, options: [S, 42, "1"]}`: {Verb: journey.Select, Target: said(journey.ByLabel, "", "Size"), Options: []journey.Text{journey.Plain("S"), journey.Plain("42"), journey.Plain("1")}},
		`scroll: {by: {x: 0, y: -500}}`:                {Verb: journey.Scroll, By: &journey.Point{X: 0, Y: -500}},
		`scroll: {css: .list, by: {x: 30, y: 0}}`:      {Verb: journey.Scroll, Target: said(journey.ByCSS, "", ".list"), By: &journey.Point{X: 30}},
	} {
		step, problems := oneStep(t, do, "text: Hello")
		if len(problems) > 0 || len(step.Do) != 2 {
			t.Errorf("%s: %v", do, problems)
			continue
		}
		got := step.Do[1]
		got.Pos = journey.Pos{}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", do, diff)
		}
	}
	for expect, want := range map[string]journey.Expectation{
		`text: {matches: "Buy .*"}`:                                   {Claim: journey.ClaimText, Op: journey.Matches, Text: journey.Plain("Buy .*")},
		`text: {in: {text: {matches: "Buy .*"}}, is: "Buy now"}`:      {Claim: journey.ClaimText, Op: journey.Is, Text: journey.Plain("Buy now"), Target: said(journey.ByText, journey.Matches, "Buy .*")},
		`visible: {text: {is: Buy}}`:                                  {Claim: journey.ClaimVisible, Target: said(journey.ByText, journey.Is, "Buy")},
		`count: {text: {contains: Buy}, is: 3}`:                       {Claim: journey.ClaimCount, Op: journey.Is, Number: 3, Target: said(journey.ByText, journey.Contains, "Buy")},
		`value: {label: {is: Email}, is: x}`:                          {Claim: journey.ClaimValue, Op: journey.Is, Text: journey.Plain("x"), Target: said(journey.ByLabel, journey.Is, "Email")},
		`text: {in: {first_of: [{testid: a}, {testid: b}]}, is: "1"}`: {Claim: journey.ClaimText, Op: journey.Is, Text: journey.Plain("1"), Target: &journey.Target{By: journey.ByFirst, FirstOf: []journey.Target{plain(journey.ByTestID, "a"), plain(journey.ByTestID, "b")}}},
	} {
		step, problems := oneStep(t, "reload", expect)
		if len(problems) > 0 || len(step.Expect) != 1 {
			t.Errorf("%s: %v", expect, problems)
			continue
		}
		got := step.Expect[0]
		got.Pos = journey.Pos{}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", expect, diff)
		}
	}
}

// Who names a journey or a step by its title is told of its name.
func TestTitleForName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.yaml")
	text := "title: Buy shoes\nstage: browse\nurl: https://shop.example\nevery: 5m\nsteps:\n  - title: קניה\n    do: [open: /]\n    expect: [text: Hi]\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, problems := LoadJourneys(Default(), []string{path}, Env{NoSecrets: true})
	var hints []string
	for _, p := range problems.Errors() {
		hints = append(hints, p.What+" ("+p.Hint+")")
	}
	want := []string{"the journey has no journey: (title: is what people see; add journey: buy-shoes)", "the step has no step: (title: is what people see; add step: NAME)"}
	if diff := cmp.Diff(want, hints); diff != "" {
		t.Error(diff)
	}
}
