package daemon

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"samui/internal/config"
)

// lookEvery is how often the files are looked at. Their times and sizes are
// read, not the kernel's notices: those don't come from network file systems
// and mounted volumes.
const lookEvery = 2 * time.Second

// fingerprint changes when a file that settings or journeys are read from
// does, or when one comes or goes. Others are files that the journeys are made
// of beside their own.
func fingerprint(s config.Settings, others []string) string {
	files := append([]string{s.File}, others...)
	for _, pattern := range s.Journeys {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			found = []string{pattern} // a file that may come yet
		}
		for _, f := range found {
			files = append(files, f)
			if inside, err := filepath.Glob(filepath.Join(f, "*")); err == nil {
				files = append(files, inside...) // of a folder
			}
		}
	}
	slices.Sort(files)
	var all strings.Builder
	for _, f := range slices.Compact(files) {
		if info, err := os.Stat(f); err == nil && !info.IsDir() {
			fmt.Fprintf(&all, "%q %d %d\n", f, info.Size(), info.ModTime().UnixNano())
		}
	}
	return all.String()
}

// watch reads settings and journeys again when somebody asks for it or a file
// changed. A file that is being written is left until it rests.
func (d *daemon) watch(ctx context.Context) error {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	read := d.files
	if p := d.plan.Load(); fingerprint(p.settings, nil) == read {
		read = fingerprint(p.settings, p.files) // the first plan says of which files it is made
	}
	before := read
	for {
		asked := false
		select {
		case <-ctx.Done():
			return nil
		case <-d.Reload:
			asked = true
		case <-look.C:
		}
		p := d.plan.Load()
		now := fingerprint(p.settings, p.files)
		rests := now == before
		before = now
		if !asked && (now == read || !rests) {
			continue
		}
		// As they were before they were read: what changes meanwhile is seen
		// with the next look. So are other files that new settings name.
		read = now
		d.reload(ctx)
	}
}

// reload makes a new plan, which holds from the next slot on. Settings with
// mistakes are refused as a whole: the old ones stay.
func (d *daemon) reload(ctx context.Context) {
	old := d.plan.Load()
	settings := old.settings
	if settings.File != "" {
		read, problems := config.Load(settings.File, d.Env)
		if err := problems.Err(); err != nil {
			d.log.Error("the settings are refused, the old ones hold", "error", err)
			d.meter.reloads.WithLabelValues("refused").Inc()
			return
		}
		for _, key := range needRestart(d.Settings, read) {
			d.log.Warn("this setting changes with the next start only", "setting", key)
		}
		settings = read
		settings.Location = d.Settings.Location // slots are named by it
	}
	d.adopt(d.read(settings, old))
	if err := d.scheduler.Set(ctx, d.plan.Load().jobs(d.Every)); err != nil {
		d.log.Error("setting the schedule", "error", err)
		d.meter.reloads.WithLabelValues("failed").Inc()
		return
	}
	d.retire(ctx)
	d.meter.reloads.WithLabelValues("ok").Inc()
	d.log.Info("settings and journeys were read again", "journeys", len(d.plan.Load().journeys), "refused", len(d.plan.Load().refused))
}

// read is the plan of the journeys' files.
func (d *daemon) read(s config.Settings, before *plan) *plan {
	if d.Journeys != nil {
		return newPlan(s, d.Journeys, nil, nil)
	}
	journeys, problems, files := config.LoadJourneysFrom(s, s.Journeys, d.Env)
	p := newPlan(s, journeys, problems, before)
	p.files = files
	return p
}

// adopt makes a plan the current one and says what is wrong with it.
func (d *daemon) adopt(p *plan) {
	for _, r := range p.refused {
		d.log.Error("a journey file is refused", "file", r.file, "error", r.why)
	}
	if len(p.journeys) == 0 {
		d.log.Warn("there is no journey to walk", "journeys", strings.Join(p.settings.Journeys, ", "))
	}
	d.plan.Store(p)
	if len(p.journeys) > 0 { // else nothing is known that wasn't before
		d.chrome.require(p.needsChrome())
	}
}

// needRestart names the settings of b that differ from a, those in use, and
// that are read at the start only.
func needRestart(a, b config.Settings) []string {
	var keys []string
	note := func(key string, same bool) {
		if !same {
			keys = append(keys, key)
		}
	}
	note("data", a.Data == b.Data)
	note("location", a.Location == b.Location)
	note("listen", a.Listen == b.Listen)
	note("public_url", a.PublicURL == b.PublicURL)
	note("auth", samePointer(a.Auth, b.Auth, func(a, b config.Auth) bool { return a.User == b.User && a.Password.Equal(b.Password) }))
	note("chrome", a.Chrome == b.Chrome)
	note("concurrency", a.Concurrency == b.Concurrency)
	note("devices", slices.Equal(a.Devices, b.Devices))
	note("identity", a.Contact == b.Contact)
	note("heartbeat", samePointer(a.Heartbeat, b.Heartbeat, func(a, b config.Heartbeat) bool { return a.URL.Equal(b.URL) && a.Every == b.Every }))
	note("influxdb", samePointer(a.InfluxDB, b.InfluxDB, func(a, b config.InfluxDB) bool {
		return a.URL == b.URL && a.Token.Equal(b.Token) && a.Org == b.Org && a.Bucket == b.Bucket
	}))
	note("slack", samePointer(a.Slack, b.Slack, func(a, b config.Slack) bool {
		return a.Token.Equal(b.Token) && a.Webhook.Equal(b.Webhook) && a.Channel == b.Channel && a.Ops == b.Ops && a.Mention == b.Mention && a.APIURL == b.APIURL
	}))
	note("webhook", samePointer(a.Webhook, b.Webhook, func(a, b config.Webhook) bool { return a.URL.Equal(b.URL) && a.Secret.Equal(b.Secret) }))
	return keys
}

func samePointer[T any](a, b *T, same func(a, b T) bool) bool {
	if a == nil || b == nil {
		return a == b
	}
	return same(*a, *b)
}
