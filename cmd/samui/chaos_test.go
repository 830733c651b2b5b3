//go:build chaos

// The promise of the daemon, held against the worst: each slot ends in exactly
// one recorded result and reaches its receiver, whatever is killed and when.
// It takes minutes and is run by hand:
//
//	go test -tags chaos -run Chaos -v ./cmd/samui -kills 100
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"samui/internal/demo"
	"samui/internal/journey"
	"samui/internal/store"
)

var kills = flag.Int("kills", 25, "how often something is killed in each chaos test")

// chaosEvery is the rhythm of the journeys: the shorter, the more there is in
// flight when something dies.
const chaosEvery = time.Second

// victim is an installation whose daemon is not spared.
type victim struct {
	t   *testing.T
	dir string

	mu   sync.Mutex     // guards sent
	sent map[string]int // journey_run points that arrived: journey and slot → how often
}

func newVictim(t *testing.T) *victim {
	shop, err := demo.NewShop()
	if err != nil {
		t.Fatal(err)
	}
	return newVictimOn(t, shop, "")
}

// newVictimOn visits a site of its own; settings are appended to samui.yaml.
func newVictimOn(t *testing.T, shop http.Handler, settings string) *victim {
	v := &victim{t: t, dir: t.TempDir(), sent: map[string]int{}}
	site := httptest.NewServer(shop)
	t.Cleanup(site.Close)
	sink := httptest.NewServer(http.HandlerFunc(v.take))
	t.Cleanup(sink.Close)
	v.write("samui.yaml", fmt.Sprintf(`listen: 127.0.0.1:0
influxdb: {url: %q, bucket: samui}
sites: {shop: {client: acme, title: Shop, env: production, url: %q}}
%s`, sink.URL, site.URL, settings))
	for id, path := range map[string]string{"home": "/", "search": "/search?q=shoes"} {
		v.write("probes/"+id+".yaml", fmt.Sprintf(
			"{journey: %s, site: shop, stage: browse, every: %s, steps: [{step: look, do: [{open: %q}], expect: [{visible: Search}]}]}\n", id, chaosEvery, path))
	}
	if err := os.Mkdir(filepath.Join(v.dir, ".tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	return v
}

func (v *victim) write(name, text string) {
	path := filepath.Join(v.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		v.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		v.t.Fatal(err)
	}
}

// take is an InfluxDB that counts what it is sent.
func (v *victim) take(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "journey_run,") {
			continue
		}
		_, id, _ := strings.Cut(line, ",journey=")
		id, _, _ = strings.Cut(id, ",")
		line = strings.TrimSpace(line)
		v.sent[id+" "+line[strings.LastIndexByte(line, ' ')+1:]]++
	}
	w.WriteHeader(http.StatusNoContent)
}

// daemon is a running samui serve; its output goes to a file.
func (v *victim) daemon() *exec.Cmd {
	v.t.Helper()
	cmd := exec.Command("samui", "serve", "--no-sandbox")
	cmd.Dir = v.dir
	cmd.Env = append(os.Environ(), "TMPDIR="+filepath.Join(v.dir, ".tmp"))
	log, err := os.OpenFile(filepath.Join(v.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		v.t.Fatal(err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	return cmd
}

// moment waits for a random part of a span.
func moment(span time.Duration) {
	<-time.After(rand.N(span))
}

// results are everything recorded, oldest first; nil before there is any.
func (v *victim) results() []journey.Run {
	st, err := store.OpenReadOnly(context.Background(), filepath.Join(v.dir, "data"))
	if err != nil {
		return nil
	}
	defer func() { _ = st.Close() }() // only read
	runs, err := st.Runs(context.Background(), store.Query{Limit: 1_000_000})
	if err != nil {
		return nil
	}
	slices.Reverse(runs)
	return runs
}

// goodSince waits for a good result of every journey with a slot after a time.
func (v *victim) goodSince(at time.Time) {
	v.t.Helper()
	if !await(func() bool {
		good := map[string]bool{}
		for _, r := range v.results() {
			if r.Outcome == journey.Good && r.Slot.After(at) {
				good[r.Journey] = true
			}
		}
		return len(good) == 2
	}) {
		v.t.Fatalf("Samui didn't recover; its log ends with\n%s", v.logEnd())
	}
}

func (v *victim) logEnd() string {
	data, _ := os.ReadFile(filepath.Join(v.dir, "log"))
	return string(data[max(0, len(data)-3000):])
}

// finish ends the daemon as it should end, and wants that it does.
func (v *victim) finish(cmd *exec.Cmd) {
	v.t.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		v.t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		v.t.Errorf("the end: %v\n%s", err, v.logEnd())
	}
	if left := traces(v.dir); left != "" {
		v.t.Error(left)
	}
}

// verify holds what was recorded and sent to the promise, and prints counts.
func (v *victim) verify(killed int) {
	v.t.Helper()
	outcomes, slots := map[string]int{}, map[string][]time.Time{}
	recorded := map[string]bool{}
	for _, r := range v.results() {
		word := string(r.Outcome)
		if r.Error != nil {
			word += " " + string(r.Error.Kind)
		}
		outcomes[word]++
		slots[r.Journey] = append(slots[r.Journey], *r.Slot)
		recorded[fmt.Sprint(r.Journey, " ", r.Slot.UnixNano())] = true
	}
	lost, doubled, total := 0, 0, 0
	for _, at := range slots {
		slices.SortFunc(at, time.Time.Compare)
		total += len(at)
		for i := 1; i < len(at); i++ {
			switch apart := at[i].Sub(at[i-1]); {
			case apart == 0:
				doubled++
			case apart > chaosEvery:
				lost += int(apart/chaosEvery) - 1
			}
		}
	}
	st, err := store.OpenReadOnly(v.t.Context(), filepath.Join(v.dir, "data"))
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = st.Close() }() // only read
	inFlight, err := st.InFlight(v.t.Context())
	if err != nil {
		v.t.Fatal(err)
	}
	waiting, err := st.Deliveries(v.t.Context(), 0)
	if err != nil {
		v.t.Fatal(err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	unsent, again, unknown := 0, 0, 0
	for slot := range recorded {
		if v.sent[slot] == 0 {
			unsent++
		}
	}
	for slot, n := range v.sent {
		again += n - 1
		if !recorded[slot] {
			unknown++
		}
	}
	v.t.Logf("%d killed; %d slots: %d lost, %d doubled, %d in flight; sent: %d not, %d of nothing recorded, %d again (they overwrite themselves); %d wait; outcomes %v",
		killed, total, lost, doubled, len(inFlight), unsent, unknown, again, len(waiting), outcomes)
	if total == 0 || lost+doubled+len(inFlight)+unknown > 0 || unsent > len(waiting) {
		v.t.Error("the promise is broken")
	}
}

func TestChaosOfKilledDaemons(t *testing.T) {
	v := newVictim(t)
	for range *kills {
		cmd := v.daemon()
		moment(4 * time.Second) // a start takes a part of one
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil {
			t.Fatalf("the daemon ended by itself\n%s", v.logEnd())
		}
	}
	began, cmd := time.Now(), v.daemon()
	v.goodSince(began)
	v.sentEverything()
	v.finish(cmd)
	v.verify(*kills)
}

func TestChaosOfKilledChromes(t *testing.T) {
	v := newVictim(t)
	cmd := v.daemon()
	v.goodSince(time.Time{})
	killed := 0
	for killed < *kills {
		moment(3 * time.Second)
		pids := chromesOf(v.dir)
		if len(pids) == 0 {
			continue // between two
		}
		// Any of its processes, at times the browser itself.
		if syscall.Kill(pids[rand.IntN(len(pids))], syscall.SIGKILL) == nil {
			killed++
		}
	}
	v.goodSince(time.Now())
	v.sentEverything()
	v.finish(cmd)
	v.verify(killed)
}

// sentEverything waits for a moment in which nothing waits to be sent.
func (v *victim) sentEverything() {
	v.t.Helper()
	if !await(func() bool {
		st, err := store.OpenReadOnly(context.Background(), filepath.Join(v.dir, "data"))
		if err != nil {
			return false
		}
		defer func() { _ = st.Close() }() // only read
		all, err := st.Deliveries(context.Background(), 0)
		return err == nil && len(all) <= 1 // the next result is always on its way
	}) {
		v.t.Errorf("some things were never sent\n%s", v.logEnd())
	}
}
