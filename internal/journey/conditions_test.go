package journey

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestConditionsOf(t *testing.T) {
	site := Site{
		Timezone: time.UTC, Headers: map[string]Text{"X-A": Plain("site"), "X-B": Plain("site")}, Block: []string{"a.example"},
		Conditions: Conditions{Locale: "en-GB", Timezone: "UTC", CPU: 2, Headers: map[string]Text{"x-b": Plain("visit")}, Block: []string{"b.example"}, Proxy: &Proxy{Server: "http://proxy.example:1"}, Permissions: []string{"midi"}},
	}
	j := Journey{Site: site, Conditions: Conditions{
		Locale: "he-IL", CPU: 3, Headers: map[string]Text{"X-C": Plain("journey")}, Block: []string{"c.example"}, Proxy: &Proxy{}, Permissions: []string{}, Analytics: Allow,
	}}
	device := Device{UserAgent: "Kiosk/1", CPU: 5}
	want := Conditions{
		Locale: "he-IL", Timezone: "UTC", UserAgent: "Kiosk/1", CPU: 3, Permissions: []string{}, Proxy: &Proxy{}, Analytics: Allow,
		Headers: map[string]Text{"X-A": Plain("site"), "x-b": Plain("visit"), "X-C": Plain("journey")}, Block: []string{"a.example", "b.example", "c.example"},
	}
	if diff := cmp.Diff(want, j.ConditionsOf(Visit{Device: device})); diff != "" {
		t.Errorf("the journey's over the site's over the device's (-want +got):\n%s", diff)
	}
	if len(site.Headers) != 2 || len(site.Conditions.Headers) != 1 {
		t.Error("the site's headers were changed")
	}
	for name, c := range map[string]struct {
		j    Journey
		v    Visit
		want float64
	}{
		"beside the device": {j, Visit{Device: device, CPU: 7}, 7},
		"the journey's":     {j, Visit{Device: device}, 3},
		"the site's":        {Journey{Site: site}, Visit{Device: device}, 2},
		"the device's own":  {Journey{}, Visit{Device: device}, 5},
		"nobody's":          {Journey{}, Visit{}, 0},
	} {
		if got := c.j.ConditionsOf(c.v).CPU; got != c.want {
			t.Errorf("%s: cpu %v, want %v", name, got, c.want)
		}
	}
}

func TestConditionsInTheRevision(t *testing.T) {
	base := Journey{Site: Site{URL: "https://shop.example", Timezone: time.UTC}, Steps: []Step{{ID: "home"}}}
	with := func(c Conditions) string {
		j := base
		j.Conditions = c
		return j.Revision()
	}
	for name, c := range map[string]Conditions{
		"nothing":                {},
		"what the site has":      {Timezone: "UTC"},
		"at full speed":          {CPU: 1},
		"no permissions":         {Permissions: []string{}},
		"moving":                 {ReducedMotion: new(bool)},
		"headers":                {Headers: map[string]Text{"X-A": Plain("a")}},
		"an account":             {Auth: &Login{User: Plain("ops")}},
		"a proxy":                {Proxy: &Proxy{Server: "http://proxy.example:1"}},
		"being counted":          {Analytics: Allow},
		"third parties, allowed": {ThirdParty: Allow},
	} {
		if with(c) != base.Revision() {
			t.Errorf("%s changes the revision", name)
		}
	}
	moved := base
	moved.Visits = []Visit{{CPU: 4, Device: Device{CPU: 2}}}
	if moved.Revision() != base.Revision() {
		t.Error("a device's speed changes the revision")
	}
	yes := true
	seen := map[string]string{base.Revision(): "nothing"}
	for name, c := range map[string]Conditions{
		"locale": {Locale: "he-IL"}, "timezone": {Timezone: "Asia/Tokyo"}, "geolocation": {Geolocation: &Place{}}, "permissions": {Permissions: []string{"midi"}},
		"user agent": {UserAgent: "x"}, "viewport": {Viewport: &Size{1, 2}}, "color scheme": {ColorScheme: "dark"}, "reduced motion": {ReducedMotion: &yes},
		"cpu": {CPU: 4}, "block": {Block: []string{"x"}}, "third party": {ThirdParty: Block},
	} {
		r := with(c)
		if before, known := seen[r]; known {
			t.Errorf("%s gives the revision of %s", name, before)
		}
		seen[r] = name
	}
	on := base
	on.Site.Conditions.Locale = "he-IL"
	if on.Revision() != with(Conditions{Locale: "he-IL"}) {
		t.Error("it matters whether the site or the journey says it")
	}
}

// TestEveryConditionIsSomething: what is added to the conditions may not be
// forgotten in IsZero and in Over.
func TestEveryConditionIsSomething(t *testing.T) {
	every(t, func(name string, c Conditions) {
		if c.IsZero() {
			t.Errorf("%s alone is taken for nothing", name)
		}
		if diff := cmp.Diff(c, c.Over(Conditions{})); diff != "" {
			t.Errorf("%s is lost over nothing:\n%s", name, diff)
		}
		if diff := cmp.Diff(c, Conditions{}.Over(c)); diff != "" {
			t.Errorf("%s is lost under nothing:\n%s", name, diff)
		}
	})
}

// every calls with each field of the conditions set alone.
func every(t *testing.T, with func(name string, c Conditions)) {
	t.Helper()
	of := reflect.TypeFor[Conditions]()
	for i := range of.NumField() {
		var c Conditions
		f := reflect.ValueOf(&c).Elem().Field(i)
		set := map[reflect.Kind]func(){
			reflect.String:  func() { f.SetString("x") },
			reflect.Float64: func() { f.SetFloat(2) },
			reflect.Pointer: func() { f.Set(reflect.New(f.Type().Elem())) },
			reflect.Slice:   func() { f.Set(reflect.MakeSlice(f.Type(), 1, 1)) },
			reflect.Map:     func() { f.Set(reflect.ValueOf(map[string]Text{"X-A": Plain("a")})) },
		}[f.Kind()]
		if set == nil {
			t.Fatalf("%s is a %s, which this test can't set", of.Field(i).Name, f.Kind())
		}
		set()
		with(of.Field(i).Name, c)
	}
}
