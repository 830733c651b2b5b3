package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	longestAnswer = 4 << 10 // bytes that are read
	longestShown  = 200     // characters that are shown
)

// Error says why the receiver doesn't have a document.
type Error struct {
	Status     int           // of HTTP; 0 = there was no answer
	Text       string        // for people
	RetryAfter time.Duration // how long the receiver asked to be left alone; 0 = it didn't

	cause error // without an answer: why
}

// Error implements error.
func (e *Error) Error() string { return "calling the webhook's url: " + e.Text }

// Unwrap is the cause where there was no answer.
func (e *Error) Unwrap() error { return e.cause }

// Hint says what may be done about it; empty where waiting will do.
func (e *Error) Hint() string {
	_, forbidden := errors.AsType[*forbiddenError](e.cause)
	switch {
	case forbidden:
		return "name another address in webhook.url: this one is never called"
	case e.Status == 0:
		return "is the receiver running, and is webhook.url right?"
	case e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden:
		return "check webhook.url and webhook.secret: the receiver lets nobody in"
	case e.Status == http.StatusNotFound || e.Status == http.StatusGone:
		return "check webhook.url: nothing is there, or not any more"
	case e.Status >= 300 && e.Status < 400:
		return "write the address that it redirects to into webhook.url"
	}
	return ""
}

// blocked reports whether nothing will pass until somebody acts.
func (e *Error) blocked() bool {
	switch e.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone, http.StatusProxyAuthRequired:
		return true
	}
	_, forbidden := errors.AsType[*forbiddenError](e.cause)
	return forbidden || e.Status >= 300 && e.Status < 400
}

// refused reports whether this document will never be taken.
func (e *Error) refused() bool {
	switch e.Status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return false
	}
	return e.Status >= 400 && e.Status < 500 && !e.blocked()
}

// silence explains that no answer came, without the address, which the error
// of a request holds.
func (s *Sender) silence(err error) *Error {
	err = bare(err)
	e := &Error{Text: s.people(err.Error()), cause: err}
	if s.redact.Redact(err.Error()) != err.Error() {
		e.cause = nil // its text holds what nobody may see
	}
	return e
}

// answer explains an answer that isn't success.
func (s *Sender) answer(resp *http.Response, said []byte) *Error {
	text := fmt.Sprintf("it answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	if more := s.people(string(said)); more != "" && !strings.HasPrefix(more, "<") {
		text += ": " + more
	}
	e := &Error{Status: resp.StatusCode, Text: text}
	if e.Status == http.StatusTooManyRequests || e.Status == http.StatusServiceUnavailable {
		e.RetryAfter = retryAfter(resp.Header, time.Now())
	}
	return e
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

// people is a text from elsewhere as it may be shown.
func (s *Sender) people(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s.redact.Redact(text), "\ufffd"))
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > longestShown {
		return string(runes[:longestShown-1]) + "…"
	}
	return string(runes)
}

// retryAfter reads both forms of the header, seconds and a date. A date is
// held against the receiver's own clock where it says what that is.
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
