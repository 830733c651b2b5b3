package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"samui/internal/config"
)

const (
	beatTimeout = 10 * time.Second // of one call
	// beatAgain is how soon is called again where the call did not arrive: who
	// waits for one an hour would take a hiccup for our death.
	beatAgain = 10 * time.Second
)

// heartbeat calls somebody who notices when the call stays out. It is called
// only while Samui does what it is for: alive says why not.
type heartbeat struct {
	config.Heartbeat
	alive func(context.Context) error
	log   *slog.Logger
}

// run calls at once and then again and again until ctx ends. What keeps it
// from calling, or the call from arriving, is told when it begins and when it
// is over. In the first moments, before Chrome was started, it waits.
func (h *heartbeat) run(ctx context.Context) error {
	client := &http.Client{Timeout: beatTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	next := time.NewTicker(h.Every)
	defer next.Stop()
	var told string
	for {
		var again <-chan time.Time // before the next turn
		err := h.alive(ctx)
		starting := errors.Is(err, errNotStarted)
		if err == nil {
			if err = h.call(ctx, client); err != nil {
				again = time.After(beatAgain)
			}
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case starting:
			again = time.After(time.Second)
		case err != nil && err.Error() != told:
			h.log.Error("no heartbeat", "error", err)
			told = err.Error()
		case err == nil && told != "":
			h.log.Info("the heartbeat is back")
			told = ""
		}
		select {
		case <-ctx.Done():
			return nil
		case <-again:
		case <-next.C:
		}
	}
}

func (h *heartbeat) call(ctx context.Context, client *http.Client) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL.Reveal(), nil)
	if err != nil {
		return errors.New("calling the heartbeat's url: it is not a URL")
	}
	response, err := client.Do(request)
	if err != nil {
		// The error's text holds the URL, which is a secret.
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err
		}
		return fmt.Errorf("calling the heartbeat's url: %w", err)
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // so that the connection can be used again
	_ = response.Body.Close()
	if response.StatusCode >= 300 {
		return fmt.Errorf("calling the heartbeat's url: it answered %s", response.Status)
	}
	return nil
}
