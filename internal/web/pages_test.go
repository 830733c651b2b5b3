package web_test

import (
	"strings"
	"testing"
)

// contains reports whether a text has all of these parts.
func contains(text string, parts ...string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}

func allAre(all []string, part string) bool {
	for _, one := range all {
		if !strings.Contains(one, part) {
			return false
		}
	}
	return true
}

// wants fails a test for each part that a text lacks.
func wants(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s lacks %q:\n%s", what, part, text)
		}
	}
}

func TestTheOverviewShowsEveryStage(t *testing.T) {
	b := everything()
	text := pageOf(t, b, withAll(t, b))("/").Body
	wants(t, "the overview", text,
		`<bdi>קניית נעליים</bdi>`, "nobody looks here", "1 of 5 stages watched",
		"1 open incident", `action="/incidents/20260101-1/acknowledge"`, "probes/typo.yaml:1:1: this is wrong",
		"failed</span>", "at <bdi>Place the order</bdi>", "no run yet", `href="/?client=bank"`, `href="/?period=7d"`,
	)
	if n := strings.Count(text, "nobody looks here"); n != 8 {
		t.Errorf("there are %d gaps, want four for each site", n)
	}
	for _, stage := range []string{"discover", "browse", "purchase", "service", "retain"} {
		if !strings.Contains(text, ">"+stage+"</th>") {
			t.Errorf("the stage %s isn't shown", stage)
		}
	}
}
