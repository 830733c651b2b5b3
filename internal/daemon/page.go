package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"samui/internal/har"
	"samui/internal/journey"
	"samui/internal/store"
	"samui/internal/web"
)

// closeFor is what readers get when the page closes.
const closeFor = 2 * time.Second

// page is what is shown. The caller closes it.
func (d *daemon) page() (*web.Handler, error) {
	s := d.Settings
	var auth *web.Auth
	if s.Auth != nil {
		auth = &web.Auth{User: s.Auth.User, Password: s.Auth.Password}
	}
	return web.New(web.Options{
		History: history{d.store}, Figures: figures{d.store},
		Effects:   d.effects,
		Journeys:  func() []web.Journey { return d.plan.Load().rows(d.Every) },
		Incidents: incidentBook{d}, Self: d.pageSelf,
		Health: d.health, Events: d.events, Metrics: d.meter.handler(),
		Evidence: d.pictures, Waterfall: har.Read, Auth: auth, Hosts: names(s.PublicURL, s.Listen), Logger: d.log,
	})
}

// names are the hosts by which the page is known besides loopback's.
func names(publicURL, listen string) []string {
	var all []string
	if u, err := url.Parse(publicURL); err == nil && u.Hostname() != "" {
		all = append(all, u.Hostname())
	}
	if host, _, err := net.SplitHostPort(listen); err == nil && host != "" {
		all = append(all, host)
	}
	return all
}

// listen takes the page's address before anything else is begun: a Samui that
// can't be asked how it is should not start.
func listen(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, &listenError{fmt.Errorf("opening the page: %w", err)}
	}
	return listener, nil
}

// listenError says that the page's address can't be had.
type listenError struct{ error }

func (e *listenError) Unwrap() error { return e.error }

// Hint says what to do about it.
func (e *listenError) Hint() string { return "choose another address with listen: in samui.yaml" }

// serve answers until ctx ends. Readers of events are sent away first, the
// others get a moment.
func (d *daemon) serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      time.Minute, // events set their own
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(d.log.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	d.events.Close()
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeFor)
	defer cancel()
	err := server.Shutdown(limited)
	if err != nil {
		err = server.Close()
	}
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

// history is the store as the page asks it.
type history struct{ *store.Store }

func (h history) Runs(ctx context.Context, q web.Query) ([]journey.Run, error) {
	return h.Store.Runs(ctx, store.Query{Site: q.Site, Journey: q.Journey, Device: q.Device, Before: q.Before, BeforeID: q.BeforeID, Limit: q.Limit})
}

func (h history) Nearest(ctx context.Context, n web.Near) (string, bool, error) {
	return h.Store.Nearest(ctx, store.Near{Site: n.Site, Journey: n.Journey, Step: n.Step, Location: n.Location, At: n.At})
}
