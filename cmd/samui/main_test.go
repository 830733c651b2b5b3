package main

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"samui": main})
}

// The promises of the command line, each a script: testdata/script/*.txtar.
//
// Beside what testscript brings they may say
//
//	exits N COMMAND…      the command must end with this exit code
//	shop [TROUBLE…]       opens the demo shop; $SHOP is its URL
//	kill-chrome PATH      kills this script's Chrome when the shop is asked for PATH
//	validate              every line of stdout must be a run by docs/run.schema.json
//	recorded SITE/JOURNEY N  waits for so many good results in the data folder
//	behind                   waits for a delivery that could not be sent
//	no-traces             no Chrome of this script lives, no temporary file is left
//	[root]                whether Chrome has to run without its sandbox
func TestScripts(t *testing.T) {
	schema := runSchema(t)
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		UpdateScripts:      *update,
		RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir+"/home")
			e.Setenv("NO_COLOR", "")
			e.Setenv("COLUMNS", "120") // the widest: nothing is wrapped that needn't be
			e.Values[shopKey{}] = &testShop{}
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, errors.New("no such condition")
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":       exits,
			"shop":        openTestShop,
			"kill-chrome": killChrome,
			"no-traces":   noTraces,
			"recorded":    recorded,
			"behind":      behind,
			"validate": func(ts *testscript.TestScript, neg bool, args []string) {
				for _, line := range lines(ts.ReadFile("stdout")) {
					value, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
					ts.Check(err)
					if err := schema.Validate(value); err != nil {
						ts.Fatalf("a line of stdout is no run: %v\n%s", err, line)
					}
				}
			},
		},
	})
}

// exits runs a command that must end with an exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var ended *exec.ExitError
		if !errors.As(err, &ended) {
			ts.Fatalf("%v: %v", args[1:], err)
		}
		got = ended.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s: exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

func lines(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
}
