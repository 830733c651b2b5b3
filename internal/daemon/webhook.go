package daemon

import (
	"context"
	"fmt"

	"samui/internal/incident"
	"samui/internal/outbox"
	"samui/internal/store"
	"samui/internal/webhook"
)

// newWebhook is the webhook's sender, or nil where there is none.
func (d *daemon) newWebhook() (*webhook.Sender, error) {
	w := d.Settings.Webhook
	if w == nil {
		return nil, nil
	}
	sender, err := webhook.New(webhook.Options{URL: w.URL, Secret: w.Secret})
	if err != nil {
		return nil, fmt.Errorf("preparing the webhook: %w", err)
	}
	return sender, nil
}

// webhookSink is the webhook as the outbox wants it.
type webhookSink struct{ to *webhook.Sender }

// Send implements [outbox.Sender].
func (s webhookSink) Send(ctx context.Context, batch []store.Delivery) outbox.Outcome {
	documents := make([]webhook.Delivery, 0, len(batch))
	for _, d := range batch {
		documents = append(documents, webhook.Delivery{ID: d.ID, Payload: d.Payload})
	}
	r := s.to.Send(ctx, documents)
	return outbox.Outcome{Delivered: r.Delivered, Refused: r.Refused, RetryAfter: r.RetryAfter, Err: r.Err, Blocked: r.Blocked}
}

// webhookDelivery is the document of a change. Programs, unlike people, get
// every event as it was.
func (d *daemon) webhookDelivery(c incident.Change) store.Delivery {
	body, err := webhook.Encode(c, d.Settings.PublicURL)
	if err != nil {
		panic("BUG: an incident can't be encoded: " + err.Error())
	}
	return store.Delivery{Sink: webhook.Sink, Key: body.Key, Payload: body.JSON}
}
