package influx

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	influxdb2 "github.com/influxdata/influxdb-client-go/v2"
	"github.com/influxdata/influxdb-client-go/v2/api"
)

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

// Delivery is one result's lines, on their way.
type Delivery struct {
	ID      int64
	Payload []byte // of [Payload]
}

// Result is what became of a batch: what is in neither list has to wait.
type Result struct {
	Delivered  []int64
	Refused    map[int64]string // why, by id: these will never pass as they are
	RetryAfter time.Duration    // what the server asked for; 0 = nothing
	Err        error            // why the rest waits
	Blocked    bool             // nothing passes until somebody acts
}

// Send writes all of a batch in one request and, where the server dislikes a
// part of it, in halves until that part is found.
//
// A delivery is refused when one of its lines is; its other lines are stored.
// Halving finds the line on every version: 1.8 stores the good lines of a
// request, 2 stores none where one can't be parsed, and only 3 names it.
func (s *Sender) Send(ctx context.Context, batch []Delivery) Result {
	a := attempt{sender: s, refused: map[int64]string{}}
	err := a.deliver(ctx, batch)
	out := Result{Delivered: a.delivered, Refused: a.refused, Err: err}
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
