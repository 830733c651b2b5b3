package influx

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// meaning is what an answer asks us to do.
type meaning string

// What an answer can mean.
const (
	busy     meaning = "busy"      // again later: the rest is as it was
	blocked  meaning = "blocked"   // nothing will pass until somebody acts
	badLines meaning = "bad lines" // a part is refused; another may be stored
	tooLarge meaning = "too large" // less at once may pass
)

// Error says why InfluxDB doesn't have what was sent.
type Error struct {
	Status     int           // of HTTP; 0 = there was no answer
	Text       string        // what the server said, on one line
	RetryAfter time.Duration // how long it asked to be left alone; 0 = it didn't

	meaning meaning
	where   place
	cause   error // without an answer: why
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("writing to InfluxDB at %s: %s", e.where.url, e.answer())
}

// Unwrap is the cause where there was no answer.
func (e *Error) Unwrap() error { return e.cause }

// answer is what came instead of success.
func (e *Error) answer() string {
	status := fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))
	switch {
	case e.Status == 0:
		return e.Text
	case e.Text == "":
		return status
	default:
		return status + ": " + e.Text
	}
}

// Hint says what may be done about it; empty where waiting will do.
func (e *Error) Hint() string {
	switch e.Status {
	case 0:
		return "is InfluxDB running, and is influxdb.url right?"
	case http.StatusUnauthorized:
		return "check influxdb.token; user:password for InfluxDB 1.8"
	case http.StatusForbidden:
		return fmt.Sprintf("allow the token to write to bucket %q", e.where.bucket)
	case http.StatusNotFound:
		return fmt.Sprintf("create bucket %q, or check influxdb.bucket, org and url", e.where.bucket)
	case http.StatusRequestEntityTooLarge:
		return "raise the limit of the proxy or server for the size of a request"
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusInternalServerError:
		return ""
	}
	if e.Status < http.StatusBadRequest {
		return "this is not how InfluxDB answers: check influxdb.url; is there a proxy or a login page between?"
	}
	if e.meaning == blocked {
		return "check influxdb.url, org and bucket"
	}
	return ""
}

// longestAnswer is how much of an answer is read.
const longestAnswer = 4 << 10

// refused is an answer that isn't InfluxDB's success, on its way through the
// client library, which would lose parts of it.
type refused struct {
	status int
	header http.Header
	body   string
}

func (r *refused) Error() string { return http.StatusText(r.status) }

// doer makes requests for the client library. Success is 204 alone, which is
// what InfluxDB 1.8, 2 and 3 say once the points are stored: a 200 comes from
// something else.
type doer struct{ client *http.Client }

// Do returns a [*refused] for any other answer.
func (d doer) Do(req *http.Request) (*http.Response, error) {
	resp, err := d.client.Do(req)
	if err != nil || resp.StatusCode == http.StatusNoContent {
		return resp, err
	}
	defer resp.Body.Close()
	// What could be read will do: the status is known.
	body, _ := io.ReadAll(io.LimitReader(resp.Body, longestAnswer))
	return nil, &refused{resp.StatusCode, resp.Header, string(body)}
}

// followOnlyAtHome follows a redirect only to the same host, not from https to
// http, and only where the lines are sent again: the token is for nobody else,
// and a POST that became a GET stores nothing.
func followOnlyAtHome(next *http.Request, via []*http.Request) error {
	first := via[0]
	same := next.URL.Host == first.URL.Host && next.Method == first.Method
	safe := next.URL.Scheme == first.URL.Scheme || next.URL.Scheme == "https"
	if !same || !safe || len(via) >= 3 {
		return http.ErrUseLastResponse
	}
	return nil
}

// explain turns what the client library returned into an Error.
func (p place) explain(err error) *Error {
	e := &Error{where: p, meaning: busy}
	r, answered := errors.AsType[*refused](err)
	if !answered {
		e.cause = bare(err)
		e.Text = p.people(e.cause.Error())
		return e
	}
	said, own := message(r)
	e.Status, e.Text = r.status, p.people(said)
	e.meaning = means(r.status, said, own)
	e.RetryAfter = retryAfter(r.header, time.Now())
	if to := r.header.Get("Location"); to != "" && e.Text == "" {
		e.Text = p.people("redirects to " + to)
	}
	return e
}

// people is a text from elsewhere as it may be shown.
func (p place) people(text string) string { return shorten(clean(p.redact.Redact(text)), longestField) }

// bare is the cause of a failed request without the whole address around it.
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

// message is what the server said; own reports whether InfluxDB said it, and
// not a proxy.
func message(r *refused) (text string, own bool) {
	var said struct{ Error, Message, Err string }
	if json.Unmarshal([]byte(r.body), &said) == nil {
		for _, text := range []string{said.Message, said.Error, said.Err} {
			if text != "" {
				// 3 names the lines beside its error: the body says more.
				if strings.Contains(r.body, "line_number") {
					text = r.body
				}
				return text, true
			}
		}
	}
	if text := r.header.Get("X-Influxdb-Error"); text != "" {
		return text, true
	}
	kind, _, _ := mime.ParseMediaType(r.header.Get("Content-Type"))
	body := strings.TrimSpace(r.body)
	if kind == "text/html" || strings.HasPrefix(body, "<") {
		return "a web page, not InfluxDB's answer", false
	}
	return body, strings.HasPrefix(body, "{")
}

// means is the table of what to do by status.
func means(status int, text string, own bool) meaning {
	switch status {
	case http.StatusBadRequest:
		if own && aboutLines(text) {
			return badLines
		}
		return blocked
	case http.StatusUnprocessableEntity:
		if own {
			return badLines
		}
		return blocked
	case http.StatusRequestEntityTooLarge:
		return tooLarge
	case http.StatusTooManyRequests, http.StatusRequestTimeout, http.StatusTooEarly:
		return busy
	}
	if status >= http.StatusMultipleChoices && status < http.StatusInternalServerError {
		return blocked
	}
	return busy
}

// aboutLines tells a 400 about what was written from one about the request as
// a whole, such as an org that is missing or nginx's "plain HTTP request was
// sent to HTTPS port": only the first may cost a delivery.
func aboutLines(text string) bool {
	text = strings.ToLower(text)
	for _, sign := range []string{
		"unable to parse", "partial write", "field type conflict", "points beyond retention", // 1.8, 2
		"max key length", "line protocol", "line_number", "parsing failed", "parse error", // 1.8, 3
	} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// retryAfter reads both forms of the header, seconds and a date. A date is
// held against the server's own clock where it says what that is.
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
