package daemon

import (
	"bufio"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"samui/internal/har"
	"samui/internal/journey"
)

var update = flag.Bool("update", false, "write testdata anew")

// Dashboards and alert rules name them: a name that changes leaves an empty
// panel behind.
func TestNamesOfMetricsAreAContract(t *testing.T) {
	in := install(t, "")
	in.visits("home", "/", "New arrivals")
	in.begin()
	await(t, "a good result", func() bool { return len(in.good("home")) > 0 })
	text := in.text("/metrics")
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (samui_\S+) (\S+)$`).FindAllStringSubmatch(text, -1) {
		labels := map[string]bool{}
		line := regexp.MustCompile(`(?m)^` + m[1] + `(_bucket)?\{(.*)\} `).FindStringSubmatch(text)
		if line != nil {
			for _, l := range regexp.MustCompile(`(\w+)="`).FindAllStringSubmatch(line[2], -1) {
				if l[1] != "le" {
					labels[l[1]] = true
				}
			}
		}
		var all []string
		for l := range labels {
			all = append(all, l)
		}
		slices.Sort(all)
		names = append(names, strings.TrimSpace(m[1]+" "+m[2]+" "+strings.Join(all, ",")))
	}
	slices.Sort(names)
	got := strings.Join(names, "\n") + "\n"
	const golden = "testdata/metrics.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("names of metrics (-want +got):\n%s", diff)
	}
	for _, want := range []string{`samui_runs_total{device="desktop",journey="home",outcome="good",site="shop"}`, "samui_chrome_up 1", "samui_slots_done_total ", "go_goroutines "} {
		if !strings.Contains(text, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
}

// text is the answer to a path, as it is.
func (in *installation) text(path string) string {
	in.t.Helper()
	response := in.open(path)
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		in.t.Fatal(err)
	}
	return string(data)
}

func (in *installation) open(path string) *http.Response {
	in.t.Helper()
	request, err := http.NewRequestWithContext(in.t.Context(), http.MethodGet, in.url+path, nil)
	if err != nil {
		in.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		in.t.Fatal(err)
	}
	return response
}

func TestResultsArriveAsEventsWithTheirPictures(t *testing.T) {
	in := install(t, "")
	in.visits("home", "/", "New arrivals")
	in.begin(func(o *Options) { o.Pictures = true })
	response := in.open("/api/events")
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	var run journey.Run
	for run.Outcome != journey.Good && lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			if err := json.Unmarshal([]byte(data), &run); err != nil {
				t.Fatal(err)
			}
		}
	}
	if run.Journey != "home" || run.Steps[0].Evidence.Screenshot == nil {
		t.Fatalf("the event is %+v", run)
	}
	picture := in.open(*run.Steps[0].Evidence.Screenshot)
	defer picture.Body.Close()
	head := make([]byte, 8)
	if _, err := io.ReadFull(picture.Body, head); err != nil || string(head) != "\x89PNG\r\n\x1a\n" {
		t.Errorf("the picture: %s, %q, %v", picture.Status, head, err)
	}
	if run.Steps[0].Evidence.Waterfall == nil {
		t.Fatal("what was fetched is not kept beside the picture")
	}
	archive := in.open(*run.Steps[0].Evidence.Waterfall)
	defer archive.Body.Close()
	if w, err := har.Read(archive.Body); err != nil || len(w.Requests) == 0 || w.Requests[0].Kind != "document" || w.Requests[0].Status != http.StatusOK {
		t.Errorf("the waterfall: %s, %+v, %v", archive.Status, w, err)
	}
	page := in.open("/runs/" + run.RunID + "/steps/1/requests")
	defer page.Body.Close()
	if text, err := io.ReadAll(page.Body); err != nil || page.StatusCode != http.StatusOK || !strings.Contains(string(text), "wire-bars") {
		t.Errorf("the page of the waterfall: %s, %v", page.Status, err)
	}
	if status := in.ask("/api/runs/"+run.RunID, nil); status != http.StatusOK {
		t.Errorf("the run of an event isn't recorded: status %d", status)
	}
	in.end() // although somebody still listens
}
