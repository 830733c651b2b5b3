// Package web is Samui's window: the pages, the JSON API, /healthz and
// /metrics, the events of finished runs, and the pictures that were kept.
//
// It reads what the daemon hands it (results, what is registered, how Samui
// itself is) through small interfaces and funcs of [Options], and changes one
// thing only: somebody may acknowledge an incident. Pages are made here, whole;
// a script only keeps them fresh, and they work without it.
//
// The one rule not to break: nothing that a visited page controls is trusted.
// Texts leave as JSON or through html/template, pictures leave in a sandbox,
// and no path of a request is ever a path of the disk.
package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"samui/internal/journey"
)

// Options are what is shown, and to whom.
type Options struct {
	History  History                      // results
	Figures  Figures                      // what they amount to
	Journeys func() []Journey             // what is registered now, one for each device
	Health   func(context.Context) Health // how Samui itself is; without a password
	Events   *Events                      // finished runs; nil = none come

	Incidents Incidents                            // nil = there are none
	Self      func(context.Context) (*Self, error) // what Samui itself is doing; nil = nobody knows

	Metrics http.Handler // /metrics; nil = there is no such page

	// Evidence is the folder of the pictures and waterfalls: RUN_ID/FILE below
	// it. Empty = none.
	Evidence string
	// Waterfall reads what was kept of the requests of a step; nil = none is.
	Waterfall func(io.Reader) (journey.Waterfall, error)
	// Auth is asked for everywhere but at /healthz; nil = nothing is asked, and
	// then only requests to Hosts and to loopback names are answered.
	Auth *Auth
	// Hosts are the names, without ports, by which this server is known besides
	// those of loopback. A page elsewhere that has its own name point here
	// (DNS rebinding) is turned away by it.
	Hosts []string

	// Effects is what a journey leaves behind; nil = it leaves nothing. The func
	// may be nil where none does.
	Effects func(ctx context.Context, site, journey string) (*Effects, error)

	Clock  func() time.Time // nil = time.Now
	Logger *slog.Logger     // nil = nothing is logged
}

// Auth is the one account.
type Auth struct {
	User     string
	Password journey.Secret
}

// Query asks for results of one journey, newest first.
type Query struct {
	Site, Journey string
	Device        string // empty = all
	// Before and BeforeID are the slot (or, without one, the start) and the id
	// of the run after which the answer goes on; zero = from the newest.
	Before   time.Time
	BeforeID string
	Limit    int
}

// Near asks for the run nearest to a time. Empty fields match everything.
type Near struct {
	Site, Journey, Step, Location string
	At                            time.Time
}

// History is what was recorded.
type History interface {
	Run(ctx context.Context, runID string) (run journey.Run, found bool, err error)
	Runs(ctx context.Context, q Query) ([]journey.Run, error)
	Latest(ctx context.Context) ([]journey.Run, error) // of each site × journey × device
	Nearest(ctx context.Context, n Near) (runID string, found bool, err error)
}

// Journey is a registered journey on one of its devices, or a file that is
// refused.
type Journey struct {
	Client, Site, Journey, Title string
	SiteTitle                    string // for people; the site's ID where empty
	Stage                        journey.Stage
	Every                        string // as 5m, or five fields of cron
	Device                       string
	Refused                      string // what is wrong with its file; empty = nothing
	StopBefore                   string // the step before which visits stop; empty = none
	Tags                         []string
	Disabled                     bool // it isn't walked on its schedule
}

// Effects is what visits of a journey leave behind on the site.
type Effects struct {
	journey.Effects
	Used int // so many visits may have, in the period that counts now
}

// Health is how Samui itself is: ok or down, for Chrome also off where no
// journey needs it; for what results are sent to ok, behind or off.
type Health struct {
	Chrome   string `json:"chrome"`
	Store    string `json:"store"`
	InfluxDB string `json:"influxdb"`
	Slack    string `json:"slack"`
}

// OK reports whether Samui looks and keeps what it sees.
func (h Health) OK() bool { return (h.Chrome == "ok" || h.Chrome == "off") && h.Store == "ok" }

// server is the handlers' common ground. It never changes after New.
type server struct {
	Options
	log      *slog.Logger
	now      func() time.Time
	evidence *os.Root // nil where there is no folder
	pages    pages
}

// Handler answers requests until it is closed.
type Handler struct {
	http.Handler
	close func() error
}

// Close gives back the folder of the evidence. Events are closed by whoever
// made them.
func (h *Handler) Close() error { return h.close() }

// New makes the handler of everything that Samui shows. It opens the folder of
// the evidence, which must be there.
func New(o Options) (*Handler, error) {
	s := &server{Options: o, log: o.Logger, now: o.Clock}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	var err error
	if s.pages, err = parsePages(); err != nil {
		return nil, err
	}
	closeAll := func() error { return nil }
	if o.Evidence != "" {
		if s.evidence, err = os.OpenRoot(o.Evidence); err != nil {
			return nil, fmt.Errorf("opening the folder of the pictures: %w", err)
		}
		closeAll = s.evidence.Close
	}
	return &Handler{Handler: s.routes(), close: closeAll}, nil
}

// routes is everything that is answered. /healthz stands before the password:
// whoever watches Samui has none, and it tells nothing about anybody.
func (s *server) routes() http.Handler {
	private := http.NewServeMux()
	private.HandleFunc("GET /{$}", s.overview)
	private.HandleFunc("GET /journeys/{site}/{journey}", s.journeyPage)
	private.HandleFunc("GET /runs/{run_id}", s.runPage)
	private.HandleFunc("GET /runs/{run_id}/steps/{n}/requests", s.requestPage)
	private.HandleFunc("GET /incidents", s.incidentsPage)
	private.HandleFunc("GET /incidents/{id}", s.incidentPage)
	private.HandleFunc("POST /incidents/{id}/acknowledge", s.acknowledge)
	private.HandleFunc("GET /samui", s.selfPage)
	private.HandleFunc("GET /api", s.apiPage)
	private.HandleFunc("GET /style.css", s.file("text/css; charset=utf-8", "style.css"))
	private.HandleFunc("GET /app.js", s.file("text/javascript; charset=utf-8", "app.js"))
	private.HandleFunc("GET /icon.svg", s.file("image/svg+xml", "icon.svg"))
	private.HandleFunc("GET /api/journeys", s.journeys)
	private.HandleFunc("GET /api/journeys/{site}/{journey}/runs", s.runs)
	private.HandleFunc("GET /api/runs/{run_id}", s.run)
	private.HandleFunc("GET /api/incidents", s.incidents)
	private.HandleFunc("GET /api/events", s.events)
	private.HandleFunc("GET /at", s.at)
	private.HandleFunc("GET /evidence/{run_id}/{file}", s.keptFile)
	if s.Metrics != nil {
		private.Handle("GET /metrics", s.Metrics)
	}
	private.HandleFunc("GET /", s.nothing)

	public := http.NewServeMux()
	public.HandleFunc("GET /healthz", s.healthz)
	public.Handle("/", s.guarded(http.NewCrossOriginProtection().Handler(private)))
	return hardened(public)
}
