package request

import (
	"context"
	"io"
	"net/http"
	"time"

	"samui/internal/journey"
)

// roundTrip sends a request over the visit's network. One that is slowed is
// slowed as the browser's is: by request, not by packet. The head of an answer
// comes no sooner than the latency and the time that what was sent takes, and
// its body at the network's rate.
func (c *Client) roundTrip(ctx context.Context, r *http.Request, watch *stopwatch) (*http.Response, error) {
	n := c.options.Network
	if !n.Throttled() {
		return c.transport.RoundTrip(r)
	}
	asked := time.Now()
	response, err := c.transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	least := n.Latency + taking(max(0, r.ContentLength), n.Up)
	if err := pause(ctx, least-time.Since(asked)); err != nil {
		_ = response.Body.Close()
		return nil, err
	}
	watch.answerBegins()
	response.Body = &slowBody{ReadCloser: response.Body, ctx: ctx, rate: n.Down, client: c, it: journey.Transfer{Asked: asked.Sub(c.began), Began: time.Since(c.began)}}
	return response, nil
}

// taking is how long so many bytes take at a rate of bits per second.
func taking(bytes, rate int64) time.Duration {
	if rate <= 0 {
		return 0
	}
	return time.Duration(float64(bytes) * 8 / float64(rate) * float64(time.Second))
}

// slowBody comes at a rate.
type slowBody struct {
	io.ReadCloser
	ctx    context.Context //nolint:containedctx // a body is read within its call
	rate   int64
	client *Client
	it     journey.Transfer
	told   bool
}

// Read implements [io.Reader].
func (b *slowBody) Read(p []byte) (int, error) {
	const portion = 4 << 10
	n, err := b.ReadCloser.Read(p[:min(len(p), portion)])
	b.it.Bytes += int64(n)
	due := b.it.Began + taking(b.it.Bytes, b.rate)
	if late := pause(b.ctx, due-time.Since(b.client.began)); late != nil {
		return n, late
	}
	if err == io.EOF && !b.told {
		b.told = true
		b.it.Ended = time.Since(b.client.began)
		b.client.transfers = append(b.client.transfers, b.it)
	}
	return n, err
}

// Transfers are what has come over the visit's slowed network so far.
func (c *Client) Transfers() []journey.Transfer { return c.transfers }
