package influxtest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func write(t *testing.T, url, lines string) int {
	t.Helper()
	resp, err := http.Post(url+"/api/v2/write?bucket="+Database, "text/plain", strings.NewReader(lines))
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

func TestServerKeepsItsDataAndAddressWhileItIsStopped(t *testing.T) {
	s := Start(t)
	if got := write(t, s.URL(), "m,site=a wait=1.5 7"); got != http.StatusNoContent {
		t.Fatalf("writing: status %d, want 204", got)
	}
	s.Stop()
	if got := write(t, s.URL(), "m,site=b wait=2 8"); got != 0 {
		t.Errorf("writing to a stopped server: status %d, want no answer", got)
	}
	s.Start()
	want := []Row{{"time": json.Number("7"), "site": "a", "wait": json.Number("1.5")}}
	if diff := cmp.Diff(want, s.Query("SELECT * FROM m")); diff != "" {
		t.Errorf("after a restart (-want +got):\n%s", diff)
	}
}

func TestFrontAnswersInsteadOfTheServerOrLetsPass(t *testing.T) {
	s := Start(t)
	f := NewFront(t, s.URL())
	f.Set(Say(http.StatusTeapot, "no"))
	if got := write(t, f.URL(), "m x=1 1"); got != http.StatusTeapot {
		t.Errorf("status %d, want 418", got)
	}
	f.Set(Reset)
	if got := write(t, f.URL(), "m x=1 2"); got != 0 {
		t.Errorf("after a reset: status %d, want no answer", got)
	}
	f.Set(StoreThenReset(s.URL()))
	if got := write(t, f.URL(), "m x=1 3"); got != 0 {
		t.Errorf("after a late reset: status %d, want no answer", got)
	}
	f.Set(nil)
	if got := write(t, f.URL(), "m x=1 4"); got != http.StatusNoContent {
		t.Errorf("status %d, want 204", got)
	}
	var times []string
	for _, row := range s.Query("SELECT * FROM m") {
		times = append(times, row["time"].(json.Number).String())
	}
	if diff := cmp.Diff([]string{"3", "4"}, times); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	if got := len(f.Writes()); got != 4 {
		t.Errorf("the front saw %d writes, want 4", got)
	}
}
