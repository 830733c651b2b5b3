package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/config"
	"samui/internal/journey"
)

func TestAlbum(t *testing.T) {
	at := time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)
	type visit struct {
		after    time.Duration
		outcomes []journey.Outcome
		want     []bool
	}
	good, slow, failed := journey.Good, journey.Slow, journey.Failed
	a := newAlbum(false)
	for i, v := range []visit{
		{0, []journey.Outcome{good, good}, []bool{true, true}}, // nothing is known yet
		{5 * time.Minute, []journey.Outcome{good, good}, []bool{false, false}},
		{10 * time.Minute, []journey.Outcome{good, slow}, []bool{false, true}},   // it got worse
		{15 * time.Minute, []journey.Outcome{good, slow}, []bool{false, false}},  // as bad as before
		{20 * time.Minute, []journey.Outcome{good, good}, []bool{false, true}},   // it got better
		{25 * time.Minute, []journey.Outcome{good, failed}, []bool{false, true}}, // a failure
		{30 * time.Minute, []journey.Outcome{good, failed}, []bool{false, true}}, // is shown each time
		{60 * time.Minute, []journey.Outcome{good, failed}, []bool{true, true}},  // an hour is over
	} {
		shoot := a.shoot(journey.Slot{Site: "s", Journey: "j", Device: "d", At: at.Add(v.after)})
		var got []bool
		for k, o := range v.outcomes {
			r := journey.StepResult{Step: string(rune('a' + k)), Outcome: o}
			if o == failed {
				r.Failure = &journey.Failure{}
			}
			got = append(got, shoot(r))
		}
		if diff := cmp.Diff(v.want, got); diff != "" {
			t.Errorf("visit %d, %s after the first (-want +got):\n%s", i, v.after, diff)
		}
	}
	again := a.shoot(journey.Slot{Site: "s", Journey: "j", Device: "d", At: at.Add(60 * time.Minute)})
	if !again(journey.StepResult{Step: "a", Outcome: good}) {
		t.Error("a second attempt at the hourly slot, which is its result, has no picture")
	}
	if newAlbum(true).shoot(journey.Slot{}) != nil {
		t.Error("an album of everything asks about steps")
	}
}

func TestSweepKeepsWhatIsYoungKnownAndSmallEnough(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		name  string
		age   time.Duration
		bytes int64
		known string
		want  []string
	}{
		{"everything", 24 * time.Hour, 1000, "abc", []string{"a", "b", "c"}},
		{"by age", 90 * time.Minute, 1000, "abc", []string{"b", "c"}},
		{"by size, the oldest first", 24 * time.Hour, 150, "abc", []string{"c"}},
		{"without a result; a young one may get it yet", 24 * time.Hour, 1000, "a", []string{"a", "c"}},
	} {
		folder := t.TempDir()
		for run, age := range map[string]time.Duration{"a": 2 * time.Hour, "b": 70 * time.Minute, "c": time.Minute} {
			if err := os.MkdirAll(filepath.Join(folder, run), 0o700); err != nil {
				t.Fatal(err)
			}
			for name, bytes := range map[string]int{"01.png": 60, "01.har": 30, "01.dom.txt": 10} {
				if err := os.WriteFile(filepath.Join(folder, run, name), make([]byte, bytes), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chtimes(filepath.Join(folder, run), now.Add(-age), now.Add(-age)); err != nil {
				t.Fatal(err)
			}
		}
		left, deleted, err := sweep(t.Context(), folder, now, c.age, c.bytes, func(_ context.Context, id string) (bool, error) {
			return strings.Contains(c.known, id), nil
		})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range entries {
			got = append(got, e.Name())
		}
		if diff := cmp.Diff(c.want, got); diff != "" || left != int64(100*len(c.want)) || left+deleted != 300 {
			t.Errorf("%s: %d bytes left, %d deleted, folders (-want +got):\n%s", c.name, left, deleted, diff)
		}
	}
}

// shut is a folder of which one folder can't be read, as a disk's lost+found.
type shut struct {
	fstest.MapFS
	name string
}

func (s shut) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == s.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return s.MapFS.ReadDir(name)
}

func TestOneFolderThatCannotBeReadHidesNoOther(t *testing.T) {
	all, err := census(shut{fstest.MapFS{
		"a/01.png":   {Data: make([]byte, 10)},
		"lost+found": {Mode: fs.ModeDir},
		"z/01.png":   {Data: make([]byte, 20)},
	}, "lost+found"})
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "lost+found") {
		t.Errorf("the error is %v", err)
	}
	if len(all) != 2 || all[0].bytes+all[1].bytes != 30 {
		t.Errorf("found %+v, want a and z", all)
	}
}

func TestHeartbeatIsSentOnlyWhileAlive(t *testing.T) {
	script := []error{nil, errors.New("asleep"), errors.New("asleep"), nil, nil}
	var happened []string
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { happened = append(happened, "beat") }))
	defer server.Close()
	log := &lockedBuffer{}
	h := &heartbeat{
		Heartbeat: config.Heartbeat{URL: journey.NewSecret(server.URL + "/canary"), Every: time.Millisecond},
		alive: func(context.Context) error {
			if len(script) == 0 {
				cancel()
				return context.Canceled
			}
			err := script[0]
			script = script[1:]
			happened = append(happened, map[bool]string{true: "alive", false: "dead"}[err == nil])
			return err
		},
		log: slog.New(slog.NewTextHandler(log, nil)),
	}
	if err := h.run(ctx); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"alive", "beat", "dead", "dead", "alive", "beat", "alive", "beat"}, happened); diff != "" {
		t.Errorf("what happened (-want +got):\n%s", diff)
	}
	if text := log.String(); strings.Count(text, "asleep") != 1 || strings.Count(text, "is back") != 1 {
		t.Errorf("the log tells not once what began and what was over:\n%s", text)
	}
}

// The first call must not wait for a whole period because Chrome takes a
// moment to start, nor one that did not arrive: others would take Samui for
// dead. What was missed keeps it silent for the period.
func TestHeartbeatsThatDidNotArriveAreSentAgainSoon(t *testing.T) {
	for _, c := range []struct {
		name  string
		alive error // at first
		want  time.Duration
		log   string
	}{
		{"before Chrome was started", fmt.Errorf("no: %w", errNotStarted), time.Second, ""},
		{"not sent", nil, beatAgain, "it is not a URL"},
		{"not alive", errors.New("asleep"), time.Hour, "asleep"},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			begin, asked, log := time.Now(), []time.Duration{}, &lockedBuffer{}
			h := &heartbeat{
				Heartbeat: config.Heartbeat{URL: journey.NewSecret("http://[canary"), Every: time.Hour},
				log:       slog.New(slog.NewTextHandler(log, nil)),
				alive: func(context.Context) error {
					asked = append(asked, time.Since(begin))
					if len(asked) == 2 {
						cancel()
					}
					return c.alive
				},
			}
			if err := h.run(ctx); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]time.Duration{0, c.want}, asked); diff != "" {
				t.Errorf("%s: asked (-want +got):\n%s", c.name, diff)
			}
			if text := log.String(); (c.log == "") != (text == "") || !strings.Contains(text, c.log) {
				t.Errorf("%s: the log holds %q, want %q", c.name, text, c.log)
			}
		})
	}
}

func TestHeartbeatsAddressIsASecret(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	client := &http.Client{}
	defer client.CloseIdleConnections()
	for _, url := range []string{server.URL + "/canary", closed.URL + "/canary", "http://[canary"} {
		h := &heartbeat{Heartbeat: config.Heartbeat{URL: journey.NewSecret(url)}}
		err := h.call(t.Context(), client)
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("the error of %q tells: %v", url, err)
		}
	}
}

func TestSettingsThatNeedARestartAreNamed(t *testing.T) {
	a := config.Default()
	b := config.Default()
	if got := needRestart(a, b); got != nil {
		t.Errorf("equal settings differ in %q", got)
	}
	b.Data, b.Listen, b.Auth, b.Concurrency = "elsewhere", "127.0.0.1:1", &config.Auth{User: "x"}, 3
	b.InfluxDB = &config.InfluxDB{Token: journey.NewSecret("a")}
	b.Heartbeat = &config.Heartbeat{Every: time.Minute}
	if diff := cmp.Diff([]string{"data", "listen", "auth", "concurrency", "heartbeat", "influxdb"}, needRestart(a, b)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	c := b
	c.InfluxDB = &config.InfluxDB{Token: journey.NewSecret("b")}
	if diff := cmp.Diff([]string{"influxdb"}, needRestart(b, c)); diff != "" {
		t.Errorf("another token (-want +got):\n%s", diff)
	}
}

func TestRhythm(t *testing.T) {
	for _, c := range []struct {
		s     journey.Schedule
		every time.Duration
		want  string
	}{
		{journey.Schedule{Every: 5 * time.Minute}, 0, "5m"},
		{journey.Schedule{Every: 2 * time.Hour}, 0, "2h"},
		{journey.Schedule{Every: 90 * time.Second}, 0, "1m30s"},
		{journey.Schedule{Every: 10 * time.Second}, 0, "10s"},
		{journey.Schedule{Cron: "*/10 8-22 * * *"}, 0, "*/10 8-22 * * *"},
		{journey.Schedule{Every: time.Hour}, 30 * time.Second, "30s"},
	} {
		if got := rhythm(c.s, c.every); got != c.want {
			t.Errorf("rhythm(%+v, %s) = %q, want %q", c.s, c.every, got, c.want)
		}
	}
}

func TestCrewEndsInTheReverseOrder(t *testing.T) {
	var order []string
	c := crew{fail: func(err error) { t.Errorf("failed: %v", err) }}
	for _, name := range []string{"first", "second", "third"} {
		c.start(name, func(ctx context.Context) error {
			<-ctx.Done()
			order = append(order, name)
			if name == "second" {
				return errors.New("something is left")
			}
			return nil
		})
	}
	err := c.dismiss()
	if diff := cmp.Diff([]string{"third", "second", "first"}, order); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err == nil || err.Error() != "second: something is left" {
		t.Errorf("got %v", err)
	}
}

func TestAMemberThatGivesUpTakesTheDaemonWithIt(t *testing.T) {
	ctx, fail := context.WithCancelCause(t.Context())
	c := crew{fail: fail}
	c.start("working", func(context.Context) error { return errors.New("no") })
	<-ctx.Done()
	if got := context.Cause(ctx); got.Error() != "working: no" {
		t.Errorf("got %v", got)
	}
	if err := c.dismiss(); err != nil {
		t.Errorf("told twice: %v", err)
	}
}
