package daemon

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.uber.org/goleak"

	"samui/internal/config"
	"samui/internal/demo"
	"samui/internal/journey"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come.
const patience = 2 * time.Minute

// await looks again and again until ready says so.
func await(t *testing.T, what string, ready func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !ready() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited %s in vain: %s", patience, what)
		case <-again.C:
		}
	}
}

// installation is a folder with settings and journeys, a shop, an InfluxDB
// that keeps what it is sent, and at times a daemon.
type installation struct {
	t    *testing.T
	dir  string
	shop string // URL
	sink *sink
	hook *hook // nil where there is no webhook

	url    string // of the page of the running daemon
	reload chan struct{}
	stop   context.CancelFunc
	ended  chan error
	log    *lockedBuffer
}

// lockedBuffer is a log that may be read while it is written.
type lockedBuffer struct {
	mu   sync.Mutex // guards text
	text strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// sink is an InfluxDB that takes everything.
type sink struct {
	mu    sync.Mutex // guards lines
	lines []string
}

func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for line := range strings.Lines(string(data)) {
		s.lines = append(s.lines, strings.TrimSpace(line))
	}
	w.WriteHeader(http.StatusNoContent)
}

// points are the lines of one measurement, by timestamp.
func (s *sink) points(measurement string) map[string][]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[string][]string{}
	for _, line := range s.lines {
		if strings.HasPrefix(line, measurement+",") {
			at := line[strings.LastIndexByte(line, ' ')+1:]
			found[at] = append(found[at], line)
		}
	}
	return found
}

// install sets up everything but the daemon; settings are appended to
// samui.yaml.
func install(t *testing.T, settings string) *installation {
	t.Helper()
	shop, err := demo.NewShop()
	if err != nil {
		t.Fatal(err)
	}
	return installOn(t, shop, settings)
}

func installOn(t *testing.T, site http.Handler, settings string) *installation {
	t.Helper()
	in := &installation{t: t, dir: t.TempDir(), sink: &sink{}}
	server := httptest.NewServer(site)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	in.shop = server.URL
	database := httptest.NewServer(in.sink)
	t.Cleanup(database.Close)
	in.write("samui.yaml", fmt.Sprintf(`listen: 127.0.0.1:0
location: tlv-1
influxdb: {url: %q, bucket: samui}
sites:
  shop: {client: acme, title: Shop, env: production, url: %q}
%s`, database.URL, in.shop, settings))
	return in
}

func (in *installation) write(name, text string) {
	in.t.Helper()
	path := filepath.Join(in.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		in.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		in.t.Fatal(err)
	}
}

// visits writes a journey of one step that opens a path.
func (in *installation) visits(id, path, text string) {
	in.write("probes/"+id+".yaml", fmt.Sprintf(`journey: %s
title: Visit of %s
site: shop
stage: browse
every: 1s
steps:
  - step: look
    title: Look
    do: [{open: %q}]
    expect: [{text: %q}]
`, id, id, path, text))
}

func (in *installation) settings() config.Settings {
	in.t.Helper()
	s, problems := config.Load(filepath.Join(in.dir, "samui.yaml"), config.Env{})
	if err := problems.Err(); err != nil {
		in.t.Fatal(err)
	}
	return s
}

// begin starts the daemon and waits for its page.
func (in *installation) begin(change ...func(*Options)) {
	in.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	in.stop, in.ended, in.reload, in.log = cancel, make(chan error, 1), make(chan struct{}), &lockedBuffer{}
	ready := make(chan string, 1)
	o := Options{
		Settings: in.settings(), NoSandbox: os.Geteuid() == 0, Reload: in.reload,
		Ready:     func(url string) { ready <- url },
		Logger:    slog.New(slog.NewTextHandler(in.log, nil)),
		cpuDelays: func() map[int]time.Duration { return map[int]time.Duration{1: 0} }, // whatever else is running here
	}
	for _, c := range change {
		c(&o)
	}
	go func() { in.ended <- Run(ctx, o) }()
	select {
	case in.url = <-ready:
	case err := <-in.ended:
		cancel()
		in.t.Fatalf("the daemon ended: %v\n%s", err, in.log)
	}
	in.t.Cleanup(func() {
		if in.stop != nil {
			in.end()
		}
	})
}

// end stops the daemon and wants that it ends well.
func (in *installation) end() {
	in.t.Helper()
	in.stop()
	in.stop = nil
	if err := <-in.ended; err != nil {
		in.t.Errorf("the daemon ended with: %v\n%s", err, in.log)
	}
}

// ask gets a path of the page and decodes the answer where into isn't nil.
func (in *installation) ask(path string, into any) int {
	in.t.Helper()
	request, err := http.NewRequestWithContext(in.t.Context(), http.MethodGet, in.url+path, nil)
	if err != nil {
		in.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		in.t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		in.t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(data, into); err != nil {
			in.t.Fatalf("%s: %v in %s", path, err, data)
		}
	}
	return response.StatusCode
}

// runs are the recorded runs of a journey, newest first.
func (in *installation) runs(id string) []journey.Run {
	in.t.Helper()
	var runs []journey.Run
	if status := in.ask("/api/journeys/shop/"+id+"/runs?limit=500", &runs); status != http.StatusOK {
		in.t.Fatalf("runs of %s: status %d", id, status)
	}
	return runs
}

// good are those of a journey's runs that were walked and went well. On a busy
// machine some slots are missed.
func (in *installation) good(id string) []journey.Run {
	in.t.Helper()
	return slices.DeleteFunc(in.runs(id), func(r journey.Run) bool { return r.Outcome != journey.Good })
}

func runSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("../../docs/run.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestEachSlotEndsInOneResultThatIsDelivered(t *testing.T) {
	in := install(t, "")
	in.visits("home", "/", "New arrivals")
	in.visits("search", "/search?q=shoes", "3 results")
	in.begin()
	await(t, "three results of each", func() bool { return len(in.good("home")) >= 3 && len(in.good("search")) >= 3 })

	schema := runSchema(t)
	recorded := map[string]int{}
	for _, id := range []string{"home", "search"} {
		for _, run := range in.runs(id) {
			recorded[fmt.Sprint(id, run.Slot.UnixNano())]++
			var one any
			if status := in.ask("/api/runs/"+run.RunID, &one); status != http.StatusOK {
				t.Errorf("run %s: status %d", run.RunID, status)
			}
			if err := schema.Validate(one); err != nil {
				t.Errorf("run %s is no run: %v", run.RunID, err)
			}
			if run.Client != "acme" || run.Location != "tlv-1" || run.Attempt > 1 {
				t.Errorf("run %+v", run)
			}
		}
	}
	for slot, n := range recorded {
		if n != 1 {
			t.Errorf("slot %s has %d results, want 1", slot, n)
		}
	}
	in.end()
	delivered := map[string]int{}
	for at, lines := range in.sink.points("journey_run") {
		for _, line := range lines {
			_, id, _ := strings.Cut(line, ",journey=")
			id, _, _ = strings.Cut(id, ",")
			delivered[id+at]++
		}
	}
	for slot := range recorded {
		if delivered[slot] == 0 {
			t.Errorf("slot %s was recorded and not delivered", slot)
		}
	}
	if len(in.sink.points("journey_step")) == 0 {
		t.Error("no step was delivered")
	}
}
