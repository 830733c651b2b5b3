package journey

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

// meant is a journey in which everything that counts is set.
func meant() Journey {
	target := func(value string) *Target {
		return &Target{
			By: ByRole, Value: Plain("link"), Name: Plain(value), Nth: 2, Has: Plain("has"),
			Within: &Target{By: ByCSS, Value: Plain("main")},
		}
	}
	return Journey{
		ID: "buy", Title: "Buy", Site: Site{ID: "shop", URL: "https://shop.example"}, File: "buy.yaml",
		Steps: []Step{{
			ID: "pay", Title: "Pay", Always: true, Thresholds: DefaultThresholds(), Timeout: time.Minute, Pos: Pos{"buy.yaml", 3, 5},
			Do: []Action{{
				Verb: Type, Target: target("card"), URL: Plain("/pay"), With: NewText(Part{Literal: "no "}, Part{Secret: NewSecret("4111"), Source: "${secret:CARD}"}),
				Key: "Enter", Option: Plain("Visa"), Edge: "top", Pause: time.Second, Optional: true, For: time.Second, Pos: Pos{"buy.yaml", 4, 7},
			}},
			Expect: []Expectation{{
				Claim: ClaimNumber, Target: target("sum"), Op: Above, Text: NewText(Part{Date: &Date{Days: 1}, Source: "${date:+1d}"}), Number: 1, Path: true, Pos: Pos{"buy.yaml", 6, 7},
			}},
		}},
	}
}

// A revision that changes without its journey throws every history away: when
// this fails, leave what is new out of the hash while it is zero.
func TestRevisionIsTheSameForEver(t *testing.T) {
	if got, want := meant().Revision(), "cc22864d826aa5b7"; got != want {
		t.Errorf("Revision() = %s, want %s", got, want)
	}
	small := Journey{Site: Site{URL: "https://shop.example"}, Steps: []Step{{ID: "home", Do: []Action{{Verb: Open, URL: Plain("/")}}}}}
	if got, want := small.Revision(), "bfafd5ed0249ab61"; got != want {
		t.Errorf("Revision() of a small journey = %s, want %s", got, want)
	}
}

func TestRevisionIgnores(t *testing.T) {
	base := meant().Revision()
	secret := func(value string) Text {
		return NewText(Part{Literal: "no "}, Part{Secret: NewSecret(value), Source: "${secret:CARD}"})
	}
	for what, change := range map[string]func(*Journey){
		"the journey's id and title": func(j *Journey) { j.ID, j.Title = "x", "x" },
		"the file":                   func(j *Journey) { j.File = "x" },
		"the rest of the site":       func(j *Journey) { j.Site = Site{URL: j.Site.URL, Title: "x", Block: []string{"x"}} },
		"schedule and visits":        func(j *Journey) { j.Schedule.Every, j.Visits = time.Hour, []Visit{{}} },
		"timeouts and pace":          func(j *Journey) { j.Timeout, j.Pace, j.Steps[0].Timeout = 1, 1, 1 },
		"a step's title":             func(j *Journey) { j.Steps[0].Title = "x" },
		"thresholds":                 func(j *Journey) { j.Steps[0].Thresholds = ThresholdSet{} },
		"masks":                      func(j *Journey) { j.Mask = []Target{{By: ByCSS}} },
		"positions": func(j *Journey) {
			j.Steps[0].Pos, j.Steps[0].Do[0].Pos, j.Steps[0].Expect[0].Pos = Pos{}, Pos{}, Pos{}
		},
		"a secret's value": func(j *Journey) { j.Steps[0].Do[0].With = secret("5500") },
		"how a text was put together": func(j *Journey) {
			j.Steps[0].Do[0].URL = NewText(Part{Literal: "/p"}, Part{}, Part{Literal: "ay"})
		},
		"how a date was written": func(j *Journey) {
			j.Steps[0].Expect[0].Text = NewText(Part{Date: &Date{Days: 1}, Source: "${date:+01d}"})
		},
	} {
		j := meant()
		change(&j)
		if got := j.Revision(); got != base {
			t.Errorf("%s changes the revision", what)
		}
	}
}

func TestRevisionChangesWithItsMeaning(t *testing.T) {
	seen := map[string]string{meant().Revision(): "nothing"}
	changed := func(what string, change func(*Journey)) {
		t.Helper()
		j := meant()
		change(&j)
		got := j.Revision()
		if other, same := seen[got]; same {
			t.Errorf("changing %s and changing %s give the same revision", what, other)
		}
		seen[got] = what
	}
	changed("the URL", func(j *Journey) { j.Site.URL += "/x" })
	changed("a step's id", func(j *Journey) { j.Steps[0].ID = "x" })
	changed("always", func(j *Journey) { j.Steps[0].Always = false })
	changed("a further step", func(j *Journey) { j.Steps = append(j.Steps, Step{ID: "x"}) })
	changed("a further action", func(j *Journey) { j.Steps[0].Do = append(j.Steps[0].Do, Action{}) })
	changed("no action", func(j *Journey) { j.Steps[0].Do = nil })
	changed("no expectation", func(j *Journey) { j.Steps[0].Expect = nil })
	with := func(parts ...Part) func(*Journey) {
		return func(j *Journey) { j.Steps[0].Do[0].With = NewText(parts...) }
	}
	changed("a secret's name", with(Part{Literal: "no "}, Part{Secret: NewSecret("4111"), Source: "${secret:OTHER}"}))
	changed("a secret for its own source", with(Part{Literal: "no ${secret:CARD}"}))
	changed("a secret after a dollar", with(Part{Literal: "no $"}, Part{Secret: NewSecret("4111"), Source: "${secret:CARD}"}))
	changed("a date", with(Part{Date: &Date{Days: 2}}))
	changed("a date's layout", with(Part{Date: &Date{Days: 2, Layout: "02"}}))
	changed("a date for its own source", with(Part{Literal: "${date:+2d:02}"}))

	// Whatever field an action, an expectation or a target has or will have.
	for name, of := range map[string]func(*Journey) reflect.Value{
		"Action":      func(j *Journey) reflect.Value { return reflect.ValueOf(&j.Steps[0].Do[0]).Elem() },
		"Expectation": func(j *Journey) reflect.Value { return reflect.ValueOf(&j.Steps[0].Expect[0]).Elem() },
		"Target":      func(j *Journey) reflect.Value { return reflect.ValueOf(j.Steps[0].Do[0].Target).Elem() },
		"within":      func(j *Journey) reflect.Value { return reflect.ValueOf(j.Steps[0].Do[0].Target.Within).Elem() },
	} {
		j := meant()
		for i := range of(&j).NumField() {
			field := of(&j).Type().Field(i)
			if field.Name == "Pos" {
				continue
			}
			changed(fmt.Sprintf("%s.%s", name, field.Name), func(j *Journey) { alter(t, of(j).Field(i)) })
		}
	}
}

// alter gives a field another value than the one it has.
func alter(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Interface().(type) {
	case Text:
		v.Set(reflect.ValueOf(Plain("altered")))
		return
	case *Target:
		v.Set(reflect.ValueOf(&Target{By: ByAlt}))
		return
	case []Expectation:
		v.Set(reflect.ValueOf([]Expectation{{Claim: ClaimTitle}}))
		return
	case []Text:
		v.Set(reflect.ValueOf([]Text{Plain("altered")}))
		return
	case []Target:
		v.Set(reflect.ValueOf([]Target{{By: ByAlt}}))
		return
	case *Point:
		v.Set(reflect.ValueOf(&Point{X: 3, Y: 4}))
		return
	case *Call:
		v.Set(reflect.ValueOf(&Call{Method: "GET"}))
		return
	case *Exchange:
		v.Set(reflect.ValueOf(&Exchange{Status: "200"}))
		return
	}
	switch {
	case v.Kind() == reflect.String:
		v.SetString("altered")
	case v.CanInt():
		v.SetInt(v.Int() + 1)
	case v.CanFloat():
		v.SetFloat(v.Float() + 1)
	case v.Kind() == reflect.Bool:
		v.SetBool(!v.Bool())
	default:
		t.Fatalf("no way to alter a %v; teach alter", v.Type())
	}
}
