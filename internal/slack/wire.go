package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

const (
	longestAnswer = 8 << 20 // of one that is read as a whole
	longestExcuse = 4 << 10 // of one that isn't success

	// patience is how long is waited where Slack says to, but not how long.
	patience = 30 * time.Second
)

// wire makes requests, for the client library and for webhooks. It returns no
// answer but success: the library would lose what the others say.
type wire struct{ client *http.Client }

// newWire follows no redirect: the token is for nobody else.
func newWire(transport http.RoundTripper) wire {
	return wire{&http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		TLSHandshakeTimeout: 10 * time.Second,
		IdleConnTimeout:     time.Minute,
		MaxIdleConns:        4,
		ForceAttemptHTTP2:   true,
	}
}

// silenceError is that no answer came.
type silenceError struct {
	cause  error
	unsent bool // nothing reached the other side: it can't have been done
}

func (e *silenceError) Error() string { return e.cause.Error() }
func (e *silenceError) Unwrap() error { return e.cause }

// answerError is an answer that isn't success.
type answerError struct {
	status     int
	body       string
	retryAfter time.Duration
}

func (e *answerError) Error() string {
	return fmt.Sprintf("it answered %d %s", e.status, http.StatusText(e.status))
}

// Do implements the client library's idea of an HTTP client.
func (w wire) Do(req *http.Request) (*http.Response, error) {
	var sent atomic.Bool
	trace := &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }}
	resp, err := w.client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		return nil, &silenceError{cause: bare(err), unsent: !sent.Load()}
	}
	if resp.StatusCode == http.StatusOK {
		resp.Body = beginning{io.LimitReader(resp.Body, longestAnswer), resp.Body}
		return resp, nil
	}
	defer resp.Body.Close()
	// What could be read will do: the status is known.
	body, _ := io.ReadAll(io.LimitReader(resp.Body, longestExcuse))
	return nil, &answerError{status: resp.StatusCode, body: string(body), retryAfter: retryAfter(resp.Header, time.Now())}
}

// beginning is a body of which no more is read.
type beginning struct {
	io.Reader
	io.Closer
}

// bare is the cause of a failed request without its address, which may be a
// secret.
func bare(err error) error {
	u, ok := errors.AsType[*url.Error](err)
	switch {
	case !ok:
		return err
	case u.Timeout() && !errors.Is(u.Err, context.Canceled):
		return fmt.Errorf("no answer in time: %w", u.Err)
	default:
		return u.Err
	}
}

// retryAfter reads both forms of the header, seconds and a date. A date is held
// against the other side's own clock where it says what that is.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(0, at.Sub(now))
}
