package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"samui/internal/journey"
)

func seed(f *testing.F) {
	f.Helper()
	for _, pattern := range []string{"testdata/good/*.yaml", "testdata/bad/*.yaml"} {
		for _, path := range files(f, pattern) {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
}

// checkProblems is what holds for the problems of any file.
func checkProblems(t *testing.T, data []byte, problems Problems) {
	t.Helper()
	if len(problems) > most+1 {
		t.Errorf("%d problems", len(problems))
	}
	for i, p := range problems {
		// What the author typed may be repeated, what it stands for may not.
		if strings.Contains(p.String(), canary) && !strings.Contains(string(data), "canary") {
			t.Errorf("a problem shows a secret: %s", p)
		}
		if p.What == "" || p.Line < 0 || (p.Line > 0 && p.Column < 1) {
			t.Errorf("problem without a place or a text: %#v", p)
		}
		if i > 0 && p.Line < problems[i-1].Line {
			t.Errorf("problems out of order: %s after %s", p, problems[i-1])
		}
	}
}

func FuzzLoadJourney(f *testing.F) {
	seed(f)
	settings, problems := Load("testdata/good/samui.yaml", testEnv())
	if len(problems) > 0 {
		f.Fatal(problems)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "j.yaml")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, s := range []Settings{settings, Default()} {
			s.Secrets = t.TempDir()
			js, problems := LoadJourneys(s, []string{path}, testEnv())
			checkProblems(t, data, problems)
			if len(js) > 0 && problems.Err() != nil {
				t.Errorf("a journey in spite of %v", problems.Err())
			}
			if len(js) == 0 && problems.Err() == nil {
				t.Error("neither a journey nor an error")
			}
			for _, j := range js {
				checkJourney(t, j)
			}
			reviewed, problems := Review(s, []string{path}, testEnv())
			checkProblems(t, data, problems)
			if len(reviewed) != len(js) {
				t.Errorf("%d journeys are loaded, %d reviewed", len(js), len(reviewed))
			}
		}
	})
}

// checkJourney is what later code relies on.
func checkJourney(t *testing.T, j journey.Journey) {
	t.Helper()
	must := func(ok bool, what string) {
		if !ok {
			t.Errorf("journey %q: %s: %+v", j.ID, what, j)
		}
	}
	must(j.ID != "" && j.Title != "" && j.File != "", "names")
	must(j.Site.ID != "" && j.Site.Client != "" && j.Site.Env != "" && j.Site.Timezone != nil && len(j.Site.Hosts) > 0, "site")
	must(j.Site.OwnsURL(j.Site.URL) || len(j.Site.Hosts) > 0, "hosts")
	must((j.Schedule.Every > 0) != (j.Schedule.Cron != ""), "exactly one of every and cron")
	must(j.Schedule.Timezone != nil, "timezone")
	must(len(j.Visits) > 0 && len(j.Steps) > 0, "visits and steps")
	must(j.Site.Alerts.Of > 0 && j.Site.Alerts.Open <= j.Site.Alerts.Of && j.Site.Alerts.Resolve > 0, "alerts")
	for _, v := range j.Visits {
		must(v.Device.Name != "" && v.Device.Width > 0 && v.Device.Height > 0 && v.Device.Scale > 0 && v.Network.Name != "", "visit")
	}
	seen := map[string]bool{}
	for _, s := range j.Steps {
		must(s.ID != "" && s.Title != "" && !seen[s.ID] && s.Pos.Line > 0, "step")
		seen[s.ID] = true
		for _, th := range []journey.Thresholds{s.Thresholds.Page, s.Thresholds.InPage} {
			must(0 < th.Slow && th.Slow <= th.Bad && th.Bad <= th.Critical, "thresholds in order")
			must(th.Critical < s.Timeout && th.Critical < j.Timeout, "timeouts exceed critical")
		}
		must(len(s.Do) > 0, "actions")
		for _, a := range s.Do {
			must(a.Verb != "" && a.Pos.Line > 0, "action")
			must(!a.Optional || (a.For > 0 && a.Target != nil), "optional")
			checkTarget(t, a.Target)
		}
		for _, e := range s.Expect {
			must(e.Claim != "" && e.Pos.Line > 0, "expectation")
			checkTarget(t, e.Target)
		}
	}
	must(j.Effects.Limit.IsZero() || j.Effects.Name != "" && j.Effects.Limit.N > 0 && j.Effects.Limit.Per.Length() > 0, "a limit of something")
	must(j.Effects.Step == "" || seen[j.Effects.Step] && j.Effects.Name != "", "the step that leaves something")
	must(j.StopBefore == "" || seen[j.StopBefore] && !j.Stops(0) || j.Steps[0].Always, "the step to stop before")
	if j.Revision() == "" {
		t.Error("no revision")
	}
}

func checkTarget(t *testing.T, target *journey.Target) {
	t.Helper()
	for ; target != nil; target = target.Within {
		if target.By == "" || target.Value.IsZero() || (!target.Name.IsZero() && target.By != journey.ByRole) || target.Nth < journey.Last {
			t.Errorf("target %+v", *target)
		}
		checkTarget(t, target.Frame)
	}
}

func FuzzLoadSettings(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "samui.yaml")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, problems := Load(path, testEnv())
		checkProblems(t, data, problems)
		if s.Data == "" || s.Listen == "" || len(s.Devices) < 4 || s.Alerts.Of == 0 || s.Retention.Runs <= 0 {
			t.Errorf("settings without their defaults: %+v", s)
		}
		if problems.Err() != nil {
			return
		}
		for _, site := range s.Sites {
			if site.ID == "" || site.URL == "" || site.Timezone == nil || len(site.Hosts) == 0 {
				t.Errorf("site %+v", site)
			}
		}
		if s.Slack != nil && s.Slack.Token.IsZero() == s.Slack.Webhook.IsZero() {
			t.Errorf("slack %+v", *s.Slack)
		}
		if s.Auth == nil && !loopback(s.Listen) {
			t.Errorf("listen %s without auth", s.Listen)
		}
	})
}
