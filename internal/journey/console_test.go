package journey

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAConsoleTellsTheFirstDifferentErrors(t *testing.T) {
	var c Console
	for i := range 20 {
		c = c.Note(ConsoleError{Text: fmt.Sprint(i % 10), Times: 1})
	}
	if len(c) != mostConsole || c[0].Times != 2 || c[4].Text != "4" {
		t.Fatalf("%+v", c)
	}
	sourced := Console{{Text: "0", Source: new("a.js:1:1"), Times: 1}}
	got := sourced.Plus(Console{{Text: "0", Times: 1}, {Text: "0", Source: new("a.js:1:1"), Times: 2}})
	want := Console{{Text: "0", Source: new("a.js:1:1"), Times: 3}, {Text: "0", Times: 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the same is told once, the same of elsewhere apart (-want +got):\n%s", diff)
	}
	if sourced[0].Times != 1 {
		t.Error("adding changed what it was added to")
	}
}

func TestAConsoleIsAList(t *testing.T) {
	var back Console
	for _, c := range []Console{nil, {}, {{Text: "a", Source: new("b"), Times: 1}}} {
		data, err := json.Marshal(c)
		if err != nil || !strings.HasPrefix(string(data), "[") {
			t.Fatalf("%s, %v", data, err)
		}
		if err := json.Unmarshal(data, &back); err != nil || len(back) != len(c) {
			t.Errorf("%s came back as %+v, %v", data, back, err)
		}
	}
	if err := json.Unmarshal([]byte("null"), &back); err != nil || back != nil {
		t.Errorf("null came back as %+v, %v", back, err)
	}
}
