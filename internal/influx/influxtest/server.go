// Package influxtest runs a real InfluxDB 1.8 for tests, and a [Front] before
// it that answers what a test wants it to answer.
//
// A test starts a [Server], writes to its URL through the code it tests, and
// asks with [Server.Query] what was stored. The one rule not to break: nothing
// here imitates InfluxDB; what a Front doesn't answer itself, the real one does.
package influxtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Database is the one that every server has from the start; its bucket is
// named the same.
const Database = "samui"

// patience is how long a server may take to start or stop: it is some
// hundred milliseconds on an idle machine.
const patience = 90 * time.Second

// Server is an InfluxDB in a process of its own, without authentication. It
// ends with its test, and keeps its data and address from Stop to Start. It is
// not safe for concurrent use.
type Server struct {
	t       testing.TB
	exe     string
	config  string
	address string
	run     *exec.Cmd // nil = stopped
	gone    chan struct{}
	output  bytes.Buffer // of the process; read only after it is gone
}

// Start starts an InfluxDB with an empty [Database]. Without an influxd the
// test fails and says how to get one.
func Start(t testing.TB) *Server {
	t.Helper()
	dir := t.TempDir()
	s := &Server{t: t, exe: find(t), config: filepath.Join(dir, "influxdb.conf"), address: freeAddress(t)}
	config := fmt.Sprintf(`reporting-disabled = true
bind-address = %q
[meta]
  dir = %q
  logging-enabled = false
[data]
  dir = %q
  wal-dir = %q
  query-log-enabled = false
[http]
  bind-address = %q
  log-enabled = false
  max-body-size = 1000000
[monitor]
  store-enabled = false
[continuous_queries]
  enabled = false
[logging]
  level = "warn"
`, freeAddress(t), filepath.Join(dir, "meta"), filepath.Join(dir, "data"), filepath.Join(dir, "wal"), s.address)
	if err := os.WriteFile(s.config, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	s.Start()
	s.Query("CREATE DATABASE " + Database)
	return s
}

// URL is where the server listens, also while it is stopped.
func (s *Server) URL() string { return "http://" + s.address }

// Start starts the server again after a Stop; it returns once the server
// answers.
func (s *Server) Start() {
	s.t.Helper()
	if s.run != nil {
		return
	}
	// The context of a test ends before its clean-up; the server is stopped there.
	run := exec.CommandContext(context.WithoutCancel(s.t.Context()), s.exe, "-config", s.config)
	s.output.Reset()
	run.Stdout, run.Stderr = &s.output, &s.output
	dieWithTest(run)
	if err := run.Start(); err != nil {
		s.t.Fatalf("starting %s: %v", s.exe, err)
	}
	gone := make(chan struct{})
	go func() { // ends with the process, for which Stop waits
		_ = run.Wait()
		close(gone)
	}()
	s.run, s.gone = run, gone
	s.await()
}

// Stop ends the server and returns once it is gone. Its address refuses
// connections until it is started again.
func (s *Server) Stop() {
	if s.run == nil {
		return
	}
	_ = s.run.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.gone:
	case <-time.After(patience):
		s.t.Errorf("influxd didn't stop in %v; killing it", patience)
		_ = s.run.Process.Kill()
		<-s.gone
	}
	s.run = nil
}

// await waits until the server answers.
func (s *Server) await() {
	s.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := s.ask("/health", nil); err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-s.gone:
			s.t.Fatalf("influxd ended by itself:\n%s", s.output.String())
		case <-deadline.C:
			s.t.Fatalf("influxd doesn't answer at %s after %v", s.URL(), patience)
		}
	}
}

// Row is a row of an answer by column: strings, bools, nil and [json.Number];
// time is in nanoseconds. Tags of a GROUP BY are columns too.
type Row map[string]any

// Query asks [Database] in InfluxQL and returns the rows of every series of the
// answer. An error of the server fails the test.
func (s *Server) Query(influxQL string) []Row {
	s.t.Helper()
	rows, err := s.query(influxQL)
	if err != nil {
		s.t.Fatalf("asking InfluxDB %q: %v", influxQL, err)
	}
	return rows
}

func (s *Server) query(influxQL string) ([]Row, error) {
	body, err := s.ask("/query", url.Values{"db": {Database}, "epoch": {"ns"}, "q": {influxQL}})
	if err != nil {
		return nil, err
	}
	type series struct {
		Name    string
		Tags    map[string]string
		Columns []string
		Values  [][]any
	}
	var answer struct {
		Error   string
		Results []struct {
			Error  string
			Series []series
		}
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&answer); err != nil {
		return nil, fmt.Errorf("%q: %w", body, err)
	}
	if answer.Error != "" {
		return nil, errors.New(answer.Error)
	}
	var rows []Row
	for _, result := range answer.Results {
		if result.Error != "" {
			return nil, errors.New(result.Error)
		}
		for _, one := range result.Series {
			for _, values := range one.Values {
				row := Row{}
				for tag, value := range one.Tags {
					row[tag] = value
				}
				for i, column := range one.Columns {
					row[column] = values[i]
				}
				rows = append(rows, row)
			}
		}
	}
	return rows, nil
}

// ask posts a form and returns what comes back, whatever its status.
func (s *Server) ask(path string, form url.Values) ([]byte, error) {
	// Clean-ups may ask too, when the context of the test has ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.t.Context()), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL()+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// find is the path of influxd: what SAMUI_TEST_INFLUXD names, else on the
// PATH, else where `make influxd` puts it.
func find(t testing.TB) string {
	t.Helper()
	if named := os.Getenv("SAMUI_TEST_INFLUXD"); named != "" {
		return named
	}
	if found, err := exec.LookPath("influxd"); err == nil {
		return found
	}
	root := repository(t)
	built := filepath.Join(root, ".cache", "bin", "influxd")
	if _, err := os.Stat(built); err != nil {
		t.Fatalf("this test needs a real InfluxDB 1.8, and there is none; type: make influxd\n"+
			"or, about two minutes: GOBIN=%s go install github.com/influxdata/influxdb/cmd/influxd@v1.8.10\n"+
			"or name one in SAMUI_TEST_INFLUXD", filepath.Dir(built))
	}
	return built
}

// repository is the folder of go.mod.
func repository(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("there is no go.mod above the working folder")
		}
		dir = up
	}
}

// freeAddress is a loopback address that nobody listens on.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
