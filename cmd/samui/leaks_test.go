package main

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"image/png"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/slack/slacktest"
	"samui/internal/store"
)

// inHeader is a text that may stand in a header.
func inHeader(s string) string { return url.QueryEscape(s) }

// heard is everything that receivers were sent.
type heard struct {
	mu  sync.Mutex // guards all
	all map[string]*bytes.Buffer
}

// listen records what a receiver is sent, headers apart, and hands it on.
func (h *heard) listen(name string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		h.mu.Lock()
		if h.all[name] == nil {
			h.all[name] = &bytes.Buffer{}
		}
		fmt.Fprintf(h.all[name], "%s %s\n%s\n", r.Method, r.URL, body)
		h.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

func (h *heard) texts() map[string]string {
	h.mu.Lock()
	defer h.mu.Unlock()
	texts := map[string]string{}
	for name, b := range h.all {
		texts[name] = b.String()
	}
	return texts
}

// loose is an installation whose site repeats every secret.
type loose struct {
	t    *testing.T
	dir  string
	told *heard
	seen int // so many pictures show what needn't be covered

	mu    sync.Mutex // guards codes
	codes []string   // of an authenticator app, that were typed
}

func newLoose(t *testing.T) *loose {
	l := &loose{t: t, dir: t.TempDir(), told: &heard{all: map[string]*bytes.Buffer{}}}
	serve := func(h http.Handler) string {
		s := httptest.NewServer(h)
		t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
		return s.URL
	}
	slack := slacktest.New(slacktest.Options{Burst: 1000})
	t.Cleanup(slack.Close)
	site := serve(looseSite(l.typed))
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	l.write("samui.yaml", fmt.Sprintf(looseSettings, serve(l.told.listen("influxdb", ok)), slacktest.Token, serve(l.told.listen("slack", slack))+"/api/", serve(l.told.listen("webhook", ok)), site))
	// Far enough apart that each slot is visited: what is missed says nothing.
	for id, steps := range looseSteps() {
		l.write("probes/"+id+".yaml", fmt.Sprintf("journey: %s\ntitle: Visit %s\nsite: shop\nstage: browse\nevery: 30s\nvisit: {auth: {user: anna, password: \"${secret:PASSWORD}\"}}\nthresholds: {page: {slow: 500ms, bad: 800ms, critical: 1s}, in_page: {slow: 500ms, bad: 800ms, critical: 1s}}\nsteps:\n%s", id, id,
			regexp.MustCompile(`(?m)^    expect`).ReplaceAllString(steps, "    timeout: 1500ms\n    expect")))
	}
	return l
}

// typed keeps what the site was told as a password, where it is a code.
func (l *loose) typed(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if code := regexp.MustCompile(`^\d{6}$`); code.MatchString(text) && !slices.Contains(l.codes, text) {
		l.codes = append(l.codes, text)
	}
}

func (l *loose) write(name, text string) {
	l.t.Helper()
	path := filepath.Join(l.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		l.t.Fatal(err)
	}
}

// command is samui with the canaries as its secrets; its output goes to files.
func (l *loose) command(out string, args ...string) *exec.Cmd {
	l.t.Helper()
	cmd := exec.Command("samui", args...)
	cmd.Dir = l.dir
	cmd.Env = append(os.Environ(), "TMPDIR="+l.t.TempDir(), "COLUMNS=100")
	for name, value := range canaries() {
		cmd.Env = append(cmd.Env, "SAMUI_SECRET_"+name+"="+value)
	}
	for suffix, to := range map[string]*io.Writer{".stdout": &cmd.Stdout, ".stderr": &cmd.Stderr} {
		f, err := os.Create(filepath.Join(l.dir, out+suffix))
		if err != nil {
			l.t.Fatal(err)
		}
		l.t.Cleanup(func() { _ = f.Close() })
		*to = f
	}
	return cmd
}

func (l *loose) read(name string) string {
	data, err := os.ReadFile(filepath.Join(l.dir, name))
	if err != nil {
		l.t.Fatal(err)
	}
	return string(data)
}

// results are the newest results in the data folder, one for each journey that
// was walked; nil while there is no folder.
func (l *loose) results() map[string]journey.Run {
	st, err := store.OpenReadOnly(l.t.Context(), filepath.Join(l.dir, "data"))
	if err != nil {
		return nil
	}
	defer func() { _ = st.Close() }()
	runs, err := st.Runs(l.t.Context(), store.Query{Limit: 500})
	if err != nil {
		return nil
	}
	newest := map[string]journey.Run{}
	for _, r := range slices.Backward(runs) {
		// What failed on a busy machine was walked all the same.
		if r.StartedAt != nil && (r.Outcome != journey.ProbeError || r.Error != nil && r.Error.Kind == journey.ErrorStarved) {
			newest[r.Journey] = r
		}
	}
	return newest
}

// A secret that is typed, opened and sent, and that the site repeats wherever it
// can, stands in nothing that Samui writes, shows or sends, in no spelling.
func TestSecretsNeverShow(t *testing.T) {
	t.Parallel()
	l := newLoose(t)
	shown := map[string]string{}

	probes, err := filepath.Glob(filepath.Join(l.dir, "probes", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	// By hand: text, JUnit, JSON and HAR.
	var byHand sync.WaitGroup
	for out, flags := range map[string][]string{"text": {"--evidence", "pictures", "--junit", "out.xml"}, "json": {"--json", "--har", "visit.har"}} {
		cmd := l.command(out, append(append([]string{"run", "--no-sandbox"}, flags...), probes...)...)
		byHand.Go(func() { _ = cmd.Run() }) // some visits fail, as they should
	}
	byHand.Wait()
	if got := strings.Count(l.read("json.stdout"), `"run_id"`); got != len(probes) {
		t.Fatalf("%d of %d journeys were walked by hand:\n%s%s", got, len(probes), l.read("json.stdout"), l.read("json.stderr"))
	}
	// On the schedule, everything logged, everybody told.
	cmd := l.command("serve", "serve", "--no-sandbox", "--verbose")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	t.Cleanup(func() {
		if !ended {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	var base string
	l.await("every journey to be walked, and receivers to be told", func() bool {
		if m := regexp.MustCompile(`http://\S+`).FindString(l.read("serve.stdout")); m != "" {
			base = m
		}
		told := l.told.texts()
		return len(l.results()) == len(probes) && told["influxdb"] != "" && strings.Contains(told["slack"], "chat.postMessage") && told["webhook"] != ""
	})
	for path, text := range l.crawl(base) {
		shown["page "+path] = text
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("samui serve: %v\n%s", err, l.read("serve.stderr"))
	}
	ended = true

	maps.Copy(shown, l.told.texts())
	covered := l.files(shown)
	if covered < 5 || l.seen == 0 {
		t.Errorf("only %d pictures were looked at, of which %d show the page with what is covered", covered, l.seen)
	}
	for what, results := range map[string]string{"text.stdout": shown["text.stdout"], "json.stdout": shown["json.stdout"]} {
		if !strings.Contains(results, "secret>") && !strings.Contains(results, `secret\u003e`) {
			t.Errorf("%s shows nothing of what it hides; does the site repeat secrets?\n%s", what, results)
		}
	}
	l.leaks(shown)
	if len(l.codes) == 0 {
		t.Error("no code was typed")
	}
	for where, text := range shown {
		for _, code := range l.codes {
			if i := numberIn(text, code); i >= 0 && !strings.HasSuffix(where, ".png") {
				t.Errorf("%s holds the code %s: …%q…", where, code, text[max(0, i-100):min(len(text), i+50)])
			}
		}
	}
}

// numberIn is where a number of its own stands in a text: not within a longer
// one, nor behind a point. -1 = nowhere.
func numberIn(text, number string) int {
	digit := func(i int) bool { return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9' }
	for from := 0; ; {
		i := strings.Index(text[from:], number)
		if i < 0 {
			return -1
		}
		i += from
		if from = i + 1; !digit(i-1) && !digit(i+len(number)) && (i == 0 || text[i-1] != '.') {
			return i
		}
	}
}

// await waits for something that takes its time.
func (l *loose) await(what string, done func() bool) {
	l.t.Helper()
	timeout, tick := time.After(patience), time.NewTicker(200*time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-timeout:
			l.t.Fatalf("waited in vain for %s; results of %v\n%s", what, slices.Sorted(maps.Keys(l.results())), l.read("serve.stderr"))
		case <-tick.C:
		}
	}
}

// crawl is every page and answer of the web server that is linked from its own.
func (l *loose) crawl(base string) map[string]string {
	l.t.Helper()
	seen := map[string]string{}
	queue := []string{"/", "/incidents", "/samui", "/api", "/api/journeys", "/api/incidents", "/metrics", "/healthz", "/nowhere"}
	for id, run := range l.results() {
		queue = append(queue, "/journeys/shop/"+id, "/journeys/shop/"+id+"?period=7d", "/api/journeys/shop/"+id+"/runs", "/runs/"+run.RunID, "/api/runs/"+run.RunID)
	}
	for len(queue) > 0 && len(seen) < 300 {
		path := queue[0]
		queue = queue[1:]
		if _, known := seen[path]; known {
			continue
		}
		request, err := http.NewRequestWithContext(l.t.Context(), http.MethodGet, base+path, nil)
		if err != nil {
			continue // not an address
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			l.t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil {
			l.t.Fatal(err)
		}
		seen[path] = fmt.Sprint(response.Header) + string(body)
		for _, m := range regexp.MustCompile(`href="(/[^"#]*)`).FindAllStringSubmatch(string(body), -1) {
			if next := html.UnescapeString(m[1]); !strings.HasPrefix(next, "/api/events") && !strings.HasPrefix(next, "/evidence/") {
				queue = append(queue, next)
			}
		}
	}
	if len(seen) < 40 {
		l.t.Errorf("only %d pages were looked at: %v", len(seen), slices.Sorted(maps.Keys(seen)))
	}
	return seen
}

// files adds every file that was written, by its name, and looks at pictures: a
// masked target and a filled field are covered in them. It returns how many
// there were.
func (l *loose) files(shown map[string]string) (pictures int) {
	l.t.Helper()
	err := filepath.WalkDir(l.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".yaml") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(l.dir, path)
		shown[name] = name + "\n" + string(data)
		if strings.HasSuffix(path, ".png") {
			pictures++
			l.picture(name, data)
		}
		return err
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return pictures
}

// picture looks for the colours that only what has to be covered has.
func (l *loose) picture(name string, data []byte) {
	l.t.Helper()
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		l.t.Fatal(err)
	}
	colours := map[color.RGBA]int{}
	for y := picture.Bounds().Min.Y; y < picture.Bounds().Max.Y; y++ {
		for x := picture.Bounds().Min.X; x < picture.Bounds().Max.X; x++ {
			r, g, b, _ := picture.At(x, y).RGBA()
			colours[color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 255}]++
		}
	}
	if n := colours[color.RGBA{255, 0, 255, 255}] + colours[color.RGBA{0, 255, 0, 255}]; n > 0 {
		l.t.Errorf("%s shows %d pixels of a masked target or of a filled password field", name, n)
	}
	if colours[color.RGBA{0, 0, 255, 255}] > 0 {
		l.seen++
	}
}

// leaks reports every form of a canary in what was shown, with what is around it.
func (l *loose) leaks(shown map[string]string) {
	l.t.Helper()
	for _, where := range slices.Sorted(maps.Keys(shown)) {
		text := strings.ToLower(shown[where])
		for form, spelled := range spelledLeaks() {
			find, in := spelled, shown[where]
			if !strings.Contains(form, "base64") {
				find, in = strings.ToLower(spelled), text
			}
			if i := strings.Index(in, find); i >= 0 {
				l.t.Errorf("%s holds %s:\n…%q…", where, form, in[max(0, i-150):min(len(in), i+len(find)+80)])
				break
			}
		}
	}
}
