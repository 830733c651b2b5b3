package daemon

import (
	"math"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/outbox"
	"samui/internal/schedule"
)

// meter is Samui in figures, for /metrics. The names are a contract: see
// testdata/metrics.golden.
type meter struct {
	registry *prometheus.Registry
	runs     *prometheus.CounterVec   // site, journey, device, outcome
	waits    *prometheus.HistogramVec // site, journey, band
	missed   *prometheus.CounterVec   // kind
	// incidents counts what happened to them: kind, event
	incidents *prometheus.CounterVec
	reloads   *prometheus.CounterVec // result
	pictures  prometheus.Gauge       // bytes
}

// newMeter asks the daemon's parts whenever somebody asks it.
func newMeter(d *daemon) *meter {
	m := &meter{registry: prometheus.NewRegistry()}
	m.runs = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "samui_runs_total", Help: "Results recorded, by outcome."}, []string{"site", "journey", "device", "outcome"})
	m.waits = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "samui_step_wait_seconds", Help: "What the customer waited in a step, by band.",
		Buckets: []float64{0.1, 0.25, 0.5, 1, 1.5, 2.5, 4, 6, 10, 20}, // the usual thresholds among them
	}, []string{"site", "journey", "band"})
	m.missed = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "samui_slots_missed_total", Help: "Slots that nobody looked at, by why."}, []string{"kind"})
	m.reloads = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "samui_reloads_total", Help: "How often settings and journeys were read again."}, []string{"result"})
	m.pictures = prometheus.NewGauge(prometheus.GaugeOpts{Name: "samui_pictures_bytes", Help: "Room that the pictures take."})
	m.incidents = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "samui_incident_events_total", Help: "What happened to incidents: opened, worsened, resolved …"}, []string{"kind", "event"})
	for _, kind := range []incident.Kind{incident.KindSite, incident.KindWall, incident.KindProbe} {
		m.incidents.WithLabelValues(string(kind), string(incident.Opened)) // a rate needs its zero
	}
	for _, kind := range []journey.ErrorKind{journey.ErrorDown, journey.ErrorOverlap, journey.ErrorLate, journey.ErrorLimit} {
		m.missed.WithLabelValues(string(kind))
	}
	for _, result := range []string{"ok", "refused", "failed"} {
		m.reloads.WithLabelValues(result)
	}
	m.registry.MustRegister(
		m.runs, m.waits, m.missed, m.reloads, m.pictures, m.incidents,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	m.ofSchedule(d.scheduler.Status)
	for _, r := range d.receivers() {
		m.ofSink(r.sink, r.box.Status)
	}
	m.gauge("samui_visits_admitted", "Visits that there may be at once.", func() float64 { return float64(d.capacity().admitted) })
	m.gauge("samui_capacity_visits_per_minute", "Visits a minute that this machine carries with as many at once as are admitted now; NaN until the first was made.", func() float64 {
		if carries := d.capacity().carries; carries != nil {
			return *carries
		}
		return math.NaN()
	})
	m.gauge("samui_offered_visits_per_minute", "Visits a minute that the schedules ask for in the busiest hour of a week.", func() float64 { return d.capacity().due })
	m.gauge("samui_chrome_up", "1 where there is a Chrome to look with, or no journey needs one.", func() float64 { return oneIf(d.chrome.err() == nil) })
	m.counter("samui_chrome_restarts_total", "Chromes started after the first.", func() float64 { return float64(d.chrome.restarts()) })
	m.gauge("samui_chrome_memory_bytes", "Resident memory of all of Chrome's processes.", func() float64 { return float64(d.chrome.memory()) })
	m.gauge("samui_chrome_sandbox", "1 where Chrome runs in its sandbox.", func() float64 {
		return oneIf(d.Settings.Chrome.Sandbox && !d.NoSandbox)
	})
	m.gauge("samui_journeys", "Journeys that are walked, counted for each device.", func() float64 { return float64(len(d.plan.Load().jobs(0))) })
	m.gauge("samui_journeys_refused", "Journey files that are refused.", func() float64 { return float64(len(d.plan.Load().refused)) })
	return m
}

func (m *meter) ofSchedule(status func() schedule.Status) {
	m.counter("samui_slots_due_total", "Slots that came due.", func() float64 { return float64(status().Due) })
	m.counter("samui_slots_done_total", "Slots that ended in what a visit found.", func() float64 { return float64(status().Done) })
	m.gauge("samui_schedule_lag_seconds", "How late visits begin.", func() float64 { return status().Lag.Seconds() })
	m.gauge("samui_visits_running", "Visits in progress.", func() float64 { return float64(status().Running) })
	m.gauge("samui_visits_queued", "Slots that are due and wait for their turn.", func() float64 { return float64(status().Queued) })
	m.gauge("samui_store_up", "1 where results can be written.", func() float64 { return oneIf(status().Blocked == "") })
}

func (m *meter) ofSink(sink string, status func() outbox.Status) {
	labels := prometheus.Labels{"sink": sink}
	gauge := func(name, help string, get func(outbox.Status) float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: labels}, func() float64 { return get(status()) }))
	}
	gauge("samui_outbox_up", "1 where the last attempt to send went well, or nothing is to be sent.", func(s outbox.Status) float64 { return oneIf(s.State == outbox.OK || s.State == outbox.Off) })
	gauge("samui_outbox_depth", "Deliveries that wait.", func(s outbox.Status) float64 { return float64(s.Depth) })
	gauge("samui_outbox_oldest_seconds", "How long the oldest delivery has waited.", func(s outbox.Status) float64 { return s.Oldest.Seconds() })
	gauge("samui_outbox_bytes", "What is kept to be sent.", func(s outbox.Status) float64 { return float64(s.Bytes) })
	gauge("samui_outbox_refused", "Deliveries that the receiver will never take.", func(s outbox.Status) float64 { return float64(s.Refused) })
	m.registry.MustRegister(prometheus.NewCounterFunc(
		prometheus.CounterOpts{Name: "samui_outbox_dropped_total", Help: "Deliveries given up because too much or too old: must stay 0.", ConstLabels: labels},
		func() float64 { return float64(status().Dropped) }))
}

func (m *meter) gauge(name, help string, get func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, get))
}

func (m *meter) counter(name, help string, get func() float64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, get))
}

// count adds a recorded result.
func (m *meter) count(run journey.Run) {
	m.runs.WithLabelValues(run.Site, run.Journey, run.Device, string(run.Outcome)).Inc()
	for _, s := range run.Steps {
		if s.WaitMs != nil {
			m.waits.WithLabelValues(run.Site, run.Journey, string(s.Outcome)).Observe(*s.WaitMs / float64(time.Second/time.Millisecond))
		}
	}
}

func (m *meter) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

func oneIf(on bool) float64 {
	if on {
		return 1
	}
	return 0
}
