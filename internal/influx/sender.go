package influx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	influxdb2 "github.com/influxdata/influxdb-client-go/v2"
	"github.com/influxdata/influxdb-client-go/v2/api"

	"samui/internal/journey"
	"samui/internal/outbox"
	"samui/internal/store"
)

// Options say where results are sent.
type Options struct {
	URL    string         // http(s), with or without a path
	Token  journey.Secret // user:password for InfluxDB 1.8; none where the server asks for none
	Org    string         // ignored by InfluxDB 1.8 and 3
	Bucket string         // database/policy, or a database, for InfluxDB 1.8

	Timeout time.Duration // of one request; 0 = 20 s
}

// Sender sends deliveries to InfluxDB. It is safe for concurrent use.
type Sender struct {
	where  place
	client influxdb2.Client
	write  api.WriteAPIBlocking
	http   *http.Client
}

// New returns a sender; it connects when it sends. An error has a Hint.
func New(o Options) (*Sender, error) {
	where, err := newPlace(o)
	if err != nil {
		return nil, err
	}
	if o.Timeout <= 0 {
		o.Timeout = 20 * time.Second
	}
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		TLSHandshakeTimeout: 10 * time.Second,
		IdleConnTimeout:     time.Minute,
		MaxIdleConns:        2,
	}
	h := &http.Client{Transport: transport, Timeout: o.Timeout, CheckRedirect: followOnlyAtHome}
	options := influxdb2.DefaultOptions().SetApplicationName("samui")
	options.HTTPOptions().SetHTTPDoer(doer{h})
	client := influxdb2.NewClientWithOptions(o.URL, o.Token.Reveal(), options)
	return &Sender{where: where, client: client, write: client.WriteAPIBlocking(o.Org, o.Bucket), http: h}, nil
}

// Close ends idle connections.
func (s *Sender) Close() {
	s.client.Close()
	s.http.CloseIdleConnections()
}

// Send implements [outbox.Sender]: all of the batch in one request and, where
// the server dislikes a part of it, in halves until that part is found.
//
// A delivery is refused when one of its lines is; its other lines are stored.
// Halving finds the line on every version: 1.8 stores the good lines of a
// request, 2 stores none where one can't be parsed, and only 3 names it.
func (s *Sender) Send(ctx context.Context, batch []store.Delivery) outbox.Outcome {
	a := attempt{sender: s, refused: map[int64]string{}}
	err := a.deliver(ctx, batch)
	out := outbox.Outcome{Delivered: a.delivered, Refused: a.refused, Err: err}
	if e, ok := errors.AsType[*Error](err); ok {
		out.RetryAfter, out.Blocked = e.RetryAfter, e.meaning == blocked
	}
	return out
}

// Check reports whether the server can be reached, takes the token and has the
// bucket. It writes nothing. An error has a Hint.
func (s *Sender) Check(ctx context.Context) error {
	err := s.post(ctx, nil)
	// Up to 2.0.8 a write without points is a mistake, but only after the token
	// and the bucket were found to be right.
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusBadRequest && strings.Contains(e.Text, "requires points") {
		return nil
	}
	return err
}

// post writes lines in one request. An error is an [*Error].
func (s *Sender) post(ctx context.Context, lines [][]byte) error {
	err := s.write.WriteRecord(ctx, string(Payload(lines...)))
	if err == nil {
		return nil
	}
	return s.where.explain(err)
}

// attempt is the progress of one batch.
type attempt struct {
	sender    *Sender
	delivered []int64
	refused   map[int64]string
}

// deliver returns why what is neither delivered nor refused has to wait.
func (a *attempt) deliver(ctx context.Context, ds []store.Delivery) error {
	var lines [][]byte
	for _, d := range ds {
		lines = append(lines, payloadLines(d.Payload)...)
	}
	if len(lines) == 0 {
		a.arrived(ds)
		return nil
	}
	err := a.sender.post(ctx, lines)
	switch {
	case err == nil:
		a.arrived(ds)
		return nil
	case !divisible(err):
		return err
	case len(ds) > 1:
		if err := a.deliver(ctx, ds[:len(ds)/2]); err != nil {
			return err
		}
		return a.deliver(ctx, ds[len(ds)/2:])
	}
	bad, err := a.isolate(ctx, lines, 0, err)
	if err != nil {
		return err
	}
	if bad == nil {
		a.arrived(ds)
		return nil
	}
	a.refused[ds[0].ID] = refusal(bad, len(lines))
	return nil
}

func (a *attempt) arrived(ds []store.Delivery) {
	for _, d := range ds {
		a.delivered = append(a.delivered, d.ID)
	}
}

// badLine is a line that the server refused alone.
type badLine struct {
	number int // in its delivery, from 1
	line   []byte
	why    error
}

// isolate writes, in halves, lines that were refused together, and returns
// those that are refused alone; the others are stored. before is how many lines
// of the delivery come before these, why is what was said about them.
func (a *attempt) isolate(ctx context.Context, lines [][]byte, before int, why error) ([]badLine, error) {
	if len(lines) == 1 {
		return []badLine{{before + 1, lines[0], why}}, nil
	}
	var bad []badLine
	middle := len(lines) / 2
	for _, half := range []struct {
		lines  [][]byte
		before int
	}{{lines[:middle], before}, {lines[middle:], before + middle}} {
		err := a.sender.post(ctx, half.lines)
		if err == nil {
			continue
		}
		if !divisible(err) {
			return nil, err
		}
		found, err := a.isolate(ctx, half.lines, half.before, err)
		if err != nil {
			return nil, err
		}
		bad = append(bad, found...)
	}
	return bad, nil
}

// divisible reports whether a part of what was refused may pass.
func divisible(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.meaning == badLines || e.meaning == tooLarge)
}

// refusal says which lines were refused and why the first was.
func refusal(bad []badLine, of int) string {
	var numbers []string
	for _, b := range bad {
		numbers = append(numbers, fmt.Sprint(b.number))
	}
	measurement, _, _ := strings.Cut(string(bad[0].line), ",")
	why := bad[0].why
	if e, ok := errors.AsType[*Error](why); ok {
		why = errors.New(e.answer())
	}
	return shorten(clean(fmt.Sprintf("line %s of %d (%s): %v", strings.Join(numbers, ", "), of, shorten(measurement, 64), why)), 512)
}

// payloadLines are the lines of a delivery; a line never holds a line end.
func payloadLines(payload []byte) [][]byte {
	return slices.DeleteFunc(bytes.Split(payload, []byte{'\n'}), func(line []byte) bool { return len(line) == 0 })
}

// place is where a sender writes, for errors.
type place struct {
	url    string // as people may see it
	bucket string
	redact journey.Redactor
}

func newPlace(o Options) (place, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return place{}, &optionError{
			fmt.Sprintf("influxdb.url %q is no URL; want http:// or https:// and a host", o.URL),
			"write e.g. url: http://127.0.0.1:8086",
		}
	}
	if u.User != nil {
		return place{}, &optionError{
			fmt.Sprintf("influxdb.url %q has a user in it", u.Redacted()),
			"write user:password into influxdb.token, best as ${secret:NAME}",
		}
	}
	if o.Bucket == "" {
		return place{}, &optionError{"influxdb.bucket is empty", "name the bucket; database/policy for InfluxDB 1.8"}
	}
	_, password, _ := strings.Cut(o.Token.Reveal(), ":")
	return place{url: u.Redacted(), bucket: o.Bucket, redact: journey.NewRedactor(o.Token, journey.NewSecret(password))}, nil
}

// optionError is a mistake in Options.
type optionError struct{ what, hint string }

func (e *optionError) Error() string { return e.what }

// Hint says what to write instead.
func (e *optionError) Hint() string { return e.hint }
