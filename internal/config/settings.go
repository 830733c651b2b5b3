package config

import (
	"time"

	"samui/internal/journey"
)

// Env is the world outside the files.
type Env struct {
	// Lookup finds an environment variable, as os.LookupEnv does; nil = there
	// are none.
	Lookup func(name string) (string, bool)
	// NoSecrets has every ${secret:…} stand for something that isn't looked up,
	// for a machine that may not know them. What is loaded so is checked, and
	// must not be run.
	NoSecrets bool
}

func (e Env) lookup(name string) (string, bool) {
	if e.Lookup == nil {
		return "", false
	}
	return e.Lookup(name)
}

// Settings are the installation's. The zero value is not usable: start from
// [Default] or [Load].
type Settings struct {
	File string // as the user named it; empty where there was none
	Dir  string // where relative paths start; empty = the working directory

	Data      string // folder of the database and the evidence
	Secrets   string // folder with a file for each secret
	Location  string // where the visits start from
	Listen    string // host:port of the page
	PublicURL string // used in links; empty = none
	Journeys  []string

	Auth        *Auth // nil = the page asks for no password
	Chrome      Chrome
	Concurrency int // visits at the same time; 0 = by the number of cores

	Devices  []journey.Device  // presets first, then the installation's own
	Networks []journey.Network // presets first, then the installation's own

	Contact   string   // told to the sites in the user agent; empty = none
	Reference []string // where these fail too, our network is at fault

	Heartbeat *Heartbeat // nil = off, as the following
	InfluxDB  *InfluxDB
	Slack     *Slack
	Webhook   *Webhook

	Alerts journey.Alerts
	// Thresholds are the defaults with the installation's own laid over them,
	// not yet raised: [journey.MergeThresholds] them with the more specific.
	Thresholds journey.ThresholdSet
	Retention  Retention

	Sites []Site // in the order of the file; empty = journeys bring their own URL
}

// Auth is the one account of the page and the API.
type Auth struct {
	User     string
	Password journey.Secret
}

// Chrome says which browser does the visiting.
type Chrome struct {
	Path    string // "auto", or a file
	Sandbox bool   // required; false = off, because the user said so
}

// Heartbeat is a call to somebody who notices when it stays out.
type Heartbeat struct {
	URL   journey.Secret // such addresses are their own password
	Every time.Duration
}

// InfluxDB is where results are sent.
type InfluxDB struct {
	URL    string
	Token  journey.Secret // "user:pass" for 1.8; zero = none
	Org    string
	Bucket string // "db/rp" for 1.8
}

// Slack is where incidents are told. Exactly one of Token and Webhook is set.
type Slack struct {
	Token   journey.Secret
	Webhook journey.Secret
	Channel string // with Token: where incidents go
	Ops     string // with Token: where Samui's own troubles go; empty = Channel
	Mention string // stands in messages of critical and failed; empty = nobody
	APIURL  string // of a test server; empty = Slack's own
}

// Webhook is where incidents are told as JSON.
type Webhook struct {
	URL    journey.Secret // such addresses are often their own password
	Secret journey.Secret // signs the requests; zero = unsigned
}

// Retention says how long things are kept.
type Retention struct {
	Runs          time.Duration
	EvidenceAge   time.Duration
	EvidenceBytes int64
}

// Site is a registered site with what only the loading of journeys needs.
type Site struct {
	journey.Site
	Thresholds journey.ThresholdSet // zero levels are not set here
	Mask       []journey.Target
	Overlays   []journey.Overlay
	Consent    journey.Consent
	Vars       map[string]journey.Text // these win over a journey's
}

// Default is what an empty samui.yaml means.
func Default() Settings {
	return Settings{
		Data:       "data",
		Secrets:    "/run/secrets",
		Location:   "local",
		Listen:     "127.0.0.1:8090",
		Journeys:   []string{"probes/*.yaml"},
		Chrome:     Chrome{Path: "auto", Sandbox: true},
		Devices:    journey.Devices(),
		Networks:   journey.Networks(),
		Alerts:     journey.Alerts{At: journey.Bad, Open: 2, Of: 3, Resolve: 2, Remind: 4 * time.Hour},
		Thresholds: journey.DefaultThresholds(),
		Retention:  Retention{Runs: 400 * day, EvidenceAge: 14 * day, EvidenceBytes: 5_000_000_000},
	}
}

const day = 24 * time.Hour
