package browser_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
	"samui/internal/values"
)

// TestSiteTrouble: what the site does wrong is a Failure of the right kind.
func TestSiteTrouble(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", html(`<a href=/broken>Broken</a> <a href=/reset>Reset</a> <button onclick="while(true);">Hang</button> <button onclick="confirm('Sure?')">Ask</button> <button onclick="alert('Sold out'); document.body.append('told')">Tell</button>`))
	mux.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write([]byte("<title>Oops</title>It broke"))
	})
	mux.HandleFunc("/silent", after(time.Minute, "text/html", nil))
	mux.HandleFunc("/reset", func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	})
	server := serve(t, mux)
	nobody := httptestAddress(t)
	cases := []struct {
		name    string
		action  journey.Action
		kind    journey.FailureKind
		message string
	}{
		{"a link to an error", click("Broken"), journey.KindHTTP, "answered 500"},
		{"a page that isn't there", openURL("/broken"), journey.KindHTTP, "answered 500"},
		{"nobody answers", openURL("http://" + nobody), journey.KindNavigation, "refused"},
		{"a reset", click("Reset"), journey.KindNavigation, "reset"},
		{"a question", click("Ask"), journey.KindDialog, `"Sure?"`},
		{"no http address", openURL("file:///etc/passwd"), journey.KindNavigation, "no http(s) address"},
	}
	b := newBrowser(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, b, site(server))
			mustStep(t, s, step(do(openURL("/"))))
			began := time.Now()
			m, err := s.Step(t.Context(), step(do(c.action), sees("never")))
			var f *browser.Failure
			if !errors.As(err, &f) || f.Kind != c.kind || !strings.Contains(f.Message, c.message) {
				t.Fatalf("got %v, want %s with %q", err, c.kind, c.message)
			}
			if time.Since(began) > 15*time.Second {
				t.Errorf("took %v: it was not ended at once", time.Since(began))
			}
			if c.kind == journey.KindHTTP && (m.Signs == nil || m.Signs.Status != 500 || m.Signs.Title != "Oops" || !strings.Contains(m.Signs.Text, "It broke")) {
				t.Errorf("signs: got %+v, want those of the error page", m.Signs)
			}
			// The customer can go on, or clean up.
			mustStep(t, s, step(do(openURL("/")), sees("Hang")))
		})
	}
	t.Run("an alert is answered", func(t *testing.T) {
		t.Parallel()
		s := open(t, b, site(server))
		mustStep(t, s, step(do(openURL("/"))))
		mustStep(t, s, step(do(click("Tell")), sees("told")))
		def := step(do(click("Tell")), sees("bought"))
		def.Timeout = 3 * time.Second
		if f := failStep(t, s, def); !strings.Contains(f.Message, `the page said "Sold out"`) {
			t.Errorf("got %q, want what the page said in it", f.Message)
		}
	})
	t.Run("a server that doesn't answer", func(t *testing.T) {
		t.Parallel()
		s := open(t, b, site(server))
		def := step(do(openURL("/silent")), sees("never"))
		def.Timeout = 3 * time.Second
		f := failStep(t, s, def)
		if f.Kind != journey.KindExpectation || !strings.Contains(f.Message, "still on its way to "+server.URL+"/silent") || !strings.Contains(f.Hint, "did not answer") {
			t.Errorf("got %s %q (hint: %s), want that the page was on its way", f.Kind, f.Message, f.Hint)
		}
	})
	t.Run("a page that hangs", func(t *testing.T) {
		s := open(t, b, site(server))
		mustStep(t, s, step(do(openURL("/"))))
		def := step(do(click("Hang")), sees("never"))
		def.Timeout = 2 * time.Second
		f := failStep(t, s, def)
		if !strings.Contains(f.Message, "no longer answers") {
			t.Errorf("got %q, want that the page no longer answers", f.Message)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		again := open(t, b, site(server))
		mustStep(t, again, step(do(openURL("/")), sees("Hang")))
	})
	t.Run("a crash", func(t *testing.T) {
		s := open(t, b, site(server))
		mustStep(t, s, step(do(openURL("/"))))
		timer := time.AfterFunc(300*time.Millisecond, func() { s.Crash(context.Background()) })
		defer timer.Stop()
		if f := failStep(t, s, step(do(click("Tell")), sees("never"))); f.Kind != journey.KindCrash {
			t.Errorf("got %s %q, want a crash", f.Kind, f.Message)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		again := open(t, b, site(server))
		mustStep(t, again, step(do(openURL("/")), sees("Hang")))
	})
}

// TestCrashWhileThePageSettles: a tab that crashes when everything expected is
// there, but not yet painted in full, has failed the customer all the same.
func TestCrashWhileThePageSettles(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("/", html(`<h1>Home</h1><img src=/never.png width=600 height=400>`))
	mux.HandleFunc("/never.png", after(time.Minute, "image/png", nil))
	server := serve(t, mux)
	s := open(t, newBrowser(t), site(server))
	timer := time.AfterFunc(2*time.Second, func() { s.Crash(context.Background()) })
	defer timer.Stop()
	if f := failStep(t, s, step(do(openURL("/")), sees("Home"))); f.Kind != journey.KindCrash {
		t.Errorf("got %s %q, want a crash", f.Kind, f.Message)
	}
}

// httptestAddress is an address of this machine where nobody listens.
func httptestAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestChromeKilled: a dead Chrome is nobody's failure; the next visit has a
// new one, and nothing of the old one is left.
func TestChromeKilled(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	server := pages(t, map[string]string{"/": "<h1>Home</h1>"})
	b := newBrowser(t)
	s := open(t, b, site(server))
	mustStep(t, s, step(do(openURL("/"))))
	first := b.Pid()
	timer := time.AfterFunc(300*time.Millisecond, func() { _ = syscall.Kill(first, syscall.SIGKILL) })
	defer timer.Stop()
	began := time.Now()
	_, err := s.Step(t.Context(), step(do(openURL("/")), sees("never")))
	if !errors.Is(err, browser.ErrGone) {
		t.Fatalf("got %v, want ErrGone", err)
	}
	if time.Since(began) > 15*time.Second {
		t.Errorf("noticed after %v", time.Since(began))
	}
	_ = s.Close()
	again := open(t, b, site(server))
	mustStep(t, again, step(do(openURL("/")), sees("Home")))
	if b.Restarts() != 1 || b.Pid() == first {
		t.Errorf("restarts %d, pid %d: want a second Chrome", b.Restarts(), b.Pid())
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), browser.ProfilePrefix+"*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := b.Open(t.Context(), journey.Journey{Site: site(server)}, desktop(), values.New(journey.Journey{}, journey.Facts{At: time.Now()})); !errors.Is(err, browser.ErrClosed) {
		t.Errorf("a visit after Close: got %v, want ErrClosed", err)
	}
}

// TestEndedFromOutside: a visit that is called off ends at once, with the
// reason.
func TestEndedFromOutside(t *testing.T) {
	t.Parallel()
	server := pages(t, map[string]string{"/": "<h1>Home</h1>"})
	s := open(t, newBrowser(t), site(server))
	ctx, cancel := context.WithCancelCause(t.Context())
	called := errors.New("called off")
	timer := time.AfterFunc(500*time.Millisecond, func() { cancel(called) })
	defer timer.Stop()
	if _, err := s.Step(ctx, step(do(openURL("/")), sees("never"))); !errors.Is(err, called) {
		t.Errorf("got %v, want %v", err, called)
	}
}

// TestCalledOffWhileThePageHangs: whoever ends a visit doesn't wait for a page
// that never comes to rest.
func TestCalledOffWhileThePageHangs(t *testing.T) {
	t.Parallel()
	server := pages(t, map[string]string{"/": `<button onclick="while(true);">Hang</button>`})
	s := open(t, newBrowser(t), site(server))
	mustStep(t, s, step(do(openURL("/"))))
	ctx, cancel := context.WithCancel(t.Context())
	timer := time.AfterFunc(500*time.Millisecond, cancel)
	defer timer.Stop()
	began := time.Now()
	if _, err := s.Step(ctx, step(do(click("Hang")))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("called off after half a second, over after %v", took)
	}
}

// TestClosedInMidStep: a session that is closed is nobody's failure, and a
// browser that is closed ends its sessions, those of a Chrome that was already
// replaced too.
func TestClosedInMidStep(t *testing.T) {
	server := pages(t, map[string]string{"/": "<h1>Home</h1>"})
	for name, end := range map[string]func(*browser.Browser, *browser.Session){
		"session": func(_ *browser.Browser, s *browser.Session) { _ = s.Close() },
		"browser": func(b *browser.Browser, _ *browser.Session) { _ = b.Close() },
		"browser that was replaced": func(b *browser.Browser, _ *browser.Session) {
			b.Retire()
			_ = b.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBrowser(t)
			s := open(t, b, site(server))
			timer := time.AfterFunc(500*time.Millisecond, func() { end(b, s) })
			defer timer.Stop()
			if _, err := s.Step(t.Context(), step(do(openURL("/")), sees("never"))); !errors.Is(err, browser.ErrGone) {
				t.Errorf("got %v, want ErrGone", err)
			}
		})
	}
}

// TestSeveralAtOnce: visits that begin together share one Chrome.
func TestSeveralAtOnce(t *testing.T) {
	server := pages(t, map[string]string{"/": "<h1>Home</h1>"})
	b := newBrowser(t)
	var visits sync.WaitGroup
	for range 3 {
		visits.Go(func() {
			s, err := b.Open(t.Context(), journey.Journey{Site: site(server)}, desktop(), values.New(journey.Journey{}, journey.Facts{At: time.Now()}))
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if _, err := s.Step(t.Context(), step(do(openURL("/")), sees("Home"))); err != nil {
				t.Error(err)
			}
		})
	}
	visits.Wait()
	if b.Restarts() != 0 {
		t.Errorf("%d Chromes more than one", b.Restarts())
	}
}

// TestSweep: the next Samui removes the profile of one that was killed, and
// leaves those that are in use alone.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	abandoned := filepath.Join(dir, browser.ProfilePrefix+"abandoned")
	foreign := filepath.Join(dir, "somebody-elses")
	for _, d := range []string{abandoned, foreign} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(d, "samui.lock"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := newBrowser(t)
	if _, err := b.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	browser.SweepProfiles(dir)
	left, err := filepath.Glob(filepath.Join(dir, browser.ProfilePrefix+"*"))
	if err != nil || len(left) != 1 || left[0] == abandoned {
		t.Errorf("profiles: got %v (%v), want only the one in use", left, err)
	}
	if _, err := os.Stat(foreign); err != nil {
		t.Errorf("a folder that isn't ours: %v", err)
	}
}

// TestSweepWhileProfilesAreMade: whoever starts at the same moment takes no
// profile that is just being made for a dead one's.
func TestSweepWhileProfilesAreMade(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	var sweeps sync.WaitGroup
	made := make(chan struct{})
	for range 4 {
		sweeps.Go(func() {
			for {
				select {
				case <-made:
					return
				default:
					browser.SweepProfiles(dir)
				}
			}
		})
	}
	for range 80 {
		profile, release, err := browser.NewProfile()
		if err != nil {
			t.Error(err)
			continue
		}
		defer func() {
			if _, err := os.Stat(profile); err != nil {
				t.Error(err)
			}
			_ = release()
		}()
	}
	close(made)
	sweeps.Wait()
}
