package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/webhook"
)

// The document that the page shows is one that is sent.
func TestDocsWebhookDocumentIsSentSo(t *testing.T) {
	blocks := fences(pages(t)["webhook.md"], "json")
	if len(blocks) != 1 {
		t.Fatalf("the page shows %d documents, want one", len(blocks))
	}
	opened := time.Date(2026, 1, 15, 1, 4, 12, 0, time.UTC)
	i := incident.Incident{
		ID: "20260115t010412-3c489c6fa9", Kind: incident.KindSite, Client: "acme", Site: "shop", Env: "production", Journey: "buy-shoes", Title: "Buy shoes",
		Stage: "purchase", Location: "tlv-1", State: incident.Open, Severity: journey.Failed, Peak: journey.Failed, Since: opened.Add(-5*time.Minute - 12*time.Second), OpenedAt: opened,
		Worst: incident.Sighting{
			RunID: "01KEZ2V6M4X0V8S4QZ6T9B3J7W", Device: "phone", Network: "4g", Step: "pay", StepTitle: "Place the order", Message: `"Order confirmed" not seen`,
			Nearest: []string{"{role: heading, name: Something went wrong}"}, Hint: "look at the picture", Line: "probes/buy-shoes.yaml:61", Count: 2, Of: 2,
		},
		Affected: []string{"phone"}, Revision: 1,
	}
	event := incident.Event{Kind: incident.Opened, At: opened, Severity: journey.Failed, Revision: 1}
	sent, err := webhook.Encode(incident.Change{Incident: i, Event: event}, "https://samui.example")
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(sent.JSON, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(blocks[0]), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the document (-page +sent):\n%s", diff)
	}
	for _, kind := range []incident.EventKind{incident.Opened, incident.Worsened, incident.Improved, incident.Moved, incident.Reminded, incident.Acknowledged, incident.Resolution, incident.Reopened} {
		if !strings.Contains(pages(t)["webhook.md"], "`"+string(kind)+"`") {
			t.Errorf("the page doesn't explain the event %s", kind)
		}
	}
}

// The table of answers is what becomes of a document.
func TestDocsWebhookAnswersMeanThat(t *testing.T) {
	var answer atomic.Int64
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(answer.Load())) }))
	defer receiver.Close()
	sender, err := webhook.New(webhook.Options{URL: journey.NewSecret(receiver.URL)})
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	for _, row := range table(t, pages(t)["webhook.md"], "| answer | what Samui does |") {
		for _, status := range regexp.MustCompile(`\b[2-5][0-9][0-9]\b`).FindAllString(row[0], -1) {
			code, err := strconv.ParseInt(status, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			answer.Store(code)
			got := "again"
			switch r := sender.Send(t.Context(), []webhook.Delivery{{ID: 1, Payload: []byte("{}")}}); {
			case len(r.Delivered) == 1:
				got = "arrived"
			case len(r.Refused) == 1:
				got = "gives this document up"
			case r.Blocked:
				got = "until somebody acts"
			}
			if !strings.Contains(row[1], got) {
				t.Errorf("%s: %s; the page says %q", status, got, row[1])
			}
		}
	}
}

// The examples let documents of ours in, and no others. Python is tried where
// it is there.
func TestDocsSignaturesAreChecked(t *testing.T) {
	page := pages(t)["webhook.md"]
	const secret, body = "a long secret", `{"event":"opened"}`
	good := webhook.Sign(journey.NewSecret(secret), []byte(body), time.Now())
	cases := []struct {
		name, signature, body string
		want                  bool
	}{
		{"ours", good, body, true},
		{"another body", good, body + " ", false},
		{"another secret", webhook.Sign(journey.NewSecret("another"), []byte(body), time.Now()), body, false},
		{"an old one", webhook.Sign(journey.NewSecret(secret), []byte(body), time.Now().Add(-time.Hour)), body, false},
		{"unsigned", "", body, false},
		{"nonsense", "v1=zz,t=é", body, false},
	}
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module hook\n\ngo 1.26\n")
	write("hook.go", strings.Replace(fences(page, "go")[0], "package hook", "package main", 1))
	write("main.go", "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() { fmt.Print(Valid(os.Args[1], []byte(os.Args[2]), os.Args[3])) }\n")
	write("hook.py", fences(page, "python")[0]+"\nimport sys\nprint(str(valid(sys.argv[1], sys.argv[2].encode(), sys.argv[3])).lower(), end='')\n")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", "hook", ".")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the example in Go: %v\n%s", err, out)
	}
	receivers := [][]string{{filepath.Join(dir, "hook")}}
	if python, err := exec.LookPath("python3"); err == nil {
		receivers = append(receivers, []string{python, filepath.Join(dir, "hook.py")})
	}
	for _, receiver := range receivers {
		for _, c := range cases {
			args := append(receiver[1:len(receiver):len(receiver)], c.signature, c.body, secret)
			out, err := exec.CommandContext(t.Context(), receiver[0], args...).CombinedOutput()
			if got := string(out); err != nil || got != map[bool]string{true: "true", false: "false"}[c.want] {
				t.Errorf("%s: %s: got %s (%v), want %t", filepath.Base(receiver[len(receiver)-1]), c.name, got, err, c.want)
			}
		}
	}
}
