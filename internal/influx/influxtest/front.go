package influxtest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// Answer answers a write instead of the server, or lets it pass by returning
// false. The body may be read; the server gets it all the same.
type Answer func(w http.ResponseWriter, r *http.Request) bool

// Front stands before a server, as a proxy does. It is safe for concurrent use.
type Front struct {
	server *httptest.Server

	mu     sync.Mutex // guards what follows
	answer Answer
	writes []string // the bodies of all writes
}

// NewFront stands before a server until the test ends. At first everything
// passes.
func NewFront(t testing.TB, server string) *Front {
	t.Helper()
	to, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	f := &Front{}
	f.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if strings.HasSuffix(r.URL.Path, "/write") {
			f.mu.Lock()
			f.writes = append(f.writes, string(body))
			answer := f.answer
			f.mu.Unlock()
			if answer != nil && answer(w, r) {
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(f.server.Close)
	return f
}

// URL is where the front listens.
func (f *Front) URL() string { return f.server.URL }

// Set decides what writes are answered from now on; nil lets all pass.
func (f *Front) Set(a Answer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answer = a
}

// Writes are the bodies of all writes that came, in their order.
func (f *Front) Writes() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string{}, f.writes...)
}

// Say answers with a status, headers given as names and values, and a body.
func Say(status int, body string, headers ...string) Answer {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
		return true
	}
}

// Hang answers nothing until the client has gone.
func Hang(_ http.ResponseWriter, r *http.Request) bool {
	<-r.Context().Done()
	return true
}

// Reset cuts the connection without an answer.
func Reset(http.ResponseWriter, *http.Request) bool {
	panic(http.ErrAbortHandler)
}

// StoreThenReset has the server store what was sent, and cuts the connection
// before its answer: the client can't know that it arrived.
func StoreThenReset(server string) Answer {
	return func(_ http.ResponseWriter, r *http.Request) bool {
		to := server + r.URL.Path + "?" + r.URL.RawQuery
		if req, err := http.NewRequestWithContext(r.Context(), r.Method, to, r.Body); err == nil {
			if resp, err := http.DefaultClient.Do(req); err == nil {
				resp.Body.Close()
			}
		}
		panic(http.ErrAbortHandler)
	}
}
