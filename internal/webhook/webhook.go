package webhook

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"samui/internal/journey"
)

// Sink is the name under which deliveries to the webhook are kept.
const Sink = "webhook"

// Options say where documents are sent.
type Options struct {
	URL    journey.Secret // http(s); such addresses are often their own password
	Secret journey.Secret // signs; none = unsigned

	Timeout time.Duration // of one document; 0 = 10 s
}

// Sender posts documents. It is safe for concurrent use.
type Sender struct {
	o      Options
	client *http.Client
	redact journey.Redactor
}

// New returns a sender; it connects when it sends. An error has a Hint.
func New(o Options) (*Sender, error) {
	u, err := url.Parse(o.URL.Reveal())
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &optionError{"webhook.url is no URL; want http:// or https:// and a host", "write e.g. url: https://alerts.example/samui"}
	}
	o.Timeout = cmp.Or(o.Timeout, 10*time.Second)
	return &Sender{
		o:      o,
		redact: journey.NewRedactor(append(parts(u), o.URL, o.Secret)...),
		client: &http.Client{Transport: newTransport(), CheckRedirect: sameHost, Timeout: o.Timeout},
	}, nil
}

// longPart is from how many characters on a part of an address may be a
// password, and isn't a word that an error needs.
const longPart = 12

// parts are what an answer may show of the address, which may be its own
// password: the other side may spell it in its own way, or only a piece of it.
func parts(u *url.URL) (all []journey.Secret) {
	password, _ := u.User.Password()
	texts := []string{password, u.User.Username(), u.RequestURI(), u.RawQuery, u.Path, u.EscapedPath()}
	long := strings.Split(u.Path, "/")
	for _, values := range u.Query() {
		long = append(long, values...)
	}
	for _, text := range long {
		if len(text) >= longPart {
			texts = append(texts, text)
		}
	}
	for _, text := range texts {
		if text != "/" {
			all = append(all, journey.NewSecret(text))
		}
	}
	return all
}

// sameHost follows a redirect only to the same host, not from https to http,
// and only where the document is sent again.
func sameHost(next *http.Request, via []*http.Request) error {
	first := via[0]
	safe := next.URL.Scheme == first.URL.Scheme || next.URL.Scheme == "https"
	if next.URL.Host != first.URL.Host || next.Method != first.Method || !safe || len(via) >= 3 {
		return http.ErrUseLastResponse
	}
	return nil
}

// Close ends idle connections.
func (s *Sender) Close() { s.client.CloseIdleConnections() }

// Delivery is a document on its way.
type Delivery struct {
	ID      int64
	Payload []byte // the JSON of a [Body]
}

// Result is what became of a batch: what is in neither list has to wait.
type Result struct {
	Delivered  []int64
	Refused    map[int64]string // why, by id: these will never pass as they are
	RetryAfter time.Duration    // what the receiver asked for; 0 = nothing
	Err        error            // why the rest waits
	Blocked    bool             // nothing passes until somebody acts
}

// Send posts the documents of a batch one after the other, in their order.
// What is refused keeps nothing from the others; anything else ends the batch.
func (s *Sender) Send(ctx context.Context, batch []Delivery) Result {
	r := Result{Refused: map[int64]string{}}
	for _, d := range batch {
		err := s.post(ctx, d.Payload)
		e, explained := errors.AsType[*Error](err)
		switch {
		case err == nil:
			r.Delivered = append(r.Delivered, d.ID)
		case explained && e.refused():
			r.Refused[d.ID] = e.Text
		default:
			r.Err = err
			if explained {
				r.RetryAfter, r.Blocked = e.RetryAfter, e.blocked()
			}
			return r
		}
	}
	return r
}

func (s *Sender) post(ctx context.Context, body []byte) error {
	var about struct{ Event, Delivery string }
	if err := json.Unmarshal(body, &about); err != nil {
		return &Error{Status: http.StatusBadRequest, Text: "this is not a document of ours: " + err.Error()}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.o.URL.Reveal(), bytes.NewReader(body))
	if err != nil {
		return errors.New("calling the webhook's url: it is not a URL")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "samui")
	req.Header.Set("X-Samui-Event", about.Event)
	req.Header.Set("X-Samui-Delivery", about.Delivery)
	if !s.o.Secret.IsZero() {
		req.Header.Set("X-Samui-Signature", Sign(s.o.Secret, body, time.Now()))
	}
	resp, err := s.client.Do(req)
	if ctx.Err() != nil {
		if err == nil {
			resp.Body.Close()
		}
		return fmt.Errorf("calling the webhook's url: %w", context.Cause(ctx))
	}
	if err != nil {
		return s.silence(err)
	}
	defer resp.Body.Close()
	// What could be read will do: the status is known. Reading it lets the
	// connection be used again.
	said, _ := io.ReadAll(io.LimitReader(resp.Body, longestAnswer))
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return nil
	}
	return s.answer(resp, said)
}

// optionError is a mistake in Options.
type optionError struct{ what, hint string }

func (e *optionError) Error() string { return e.what }

// Hint says what to write instead.
func (e *optionError) Hint() string { return e.hint }
