package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"samui/internal/journey"
)

const (
	defaultRunTimeout  = 2 * time.Minute
	defaultStepTimeout = 30 * time.Second
)

// finish makes a journey of a draft. What is left to check is what only the
// whole can say.
func (d draft) finish(r reader, s Settings, site Site) journey.Journey {
	j := journey.Journey{
		ID: d.id.value, Title: cmp.Or(d.title, d.id.value), Site: site.Site, Stage: d.stage, File: r.src.name,
		Schedule: journey.Schedule{Every: d.every, Cron: d.cron, Timezone: site.Timezone, Active: d.active},
		Visits:   d.conditions(r, s), Conditions: d.visit,
		Overlays: append(append([]journey.Overlay(nil), site.Overlays...), d.overlays...), Consent: cmp.Or(d.consent, site.Consent),
		Mask:    append(append([]journey.Target(nil), site.Mask...), d.mask...),
		Timeout: defaultRunTimeout, Pace: d.pace,
	}
	if d.timeout != nil {
		j.Timeout = d.timeout.value
	}
	blocks := []journey.ThresholdSet{s.Thresholds, site.Thresholds}
	for _, limits := range append(slices.Clip(d.common), d.limits) {
		blocks = append(blocks, limits.set())
	}
	first := map[string]journey.Pos{}
	for _, draft := range d.steps {
		step := draft.value.finish(r, s, draft.node, journey.MergeThresholds(append(slices.Clip(blocks), journey.Flat(draft.value.limits.thresholds()))...), j.Timeout)
		if at, twice := first[step.ID]; twice {
			draft.value.twice(r, at)
		} else if step.ID != "" {
			n := draft.value.id.node
			first[step.ID] = journey.Pos{File: r.source(n).name, Line: n.line}
		}
		j.Steps = append(j.Steps, step)
	}
	j.Timings = d.timings
	d.finishTags(r, &j)
	d.finishEffects(r, &j)
	d.checkTimeout(r, j)
	checkCalls(r, j)
	checkSecretAddresses(r, j)
	return j
}

// twice reports a step whose name is taken.
func (s stepDraft) twice(r reader, first journey.Pos) {
	where := fmt.Sprintf("line %d", first.Line)
	if first.File != r.src.name {
		where = first.String()
	}
	what := fmt.Sprintf("step %s is there twice, first in %s", quoted(s.id.value), where)
	if s.via != nil {
		r.fail(s.via, what, "each step once", "add as: NAME beside use:, which is put before the names of its steps")
		return
	}
	r.fail(s.id.node, what, "each step once", "give one of them another name")
}

// checkSecretAddresses keeps secrets from being sent to other people's hosts.
func checkSecretAddresses(r reader, j journey.Journey) {
	for _, s := range j.Steps {
		for _, a := range s.Do {
			if address, sends := sendsSecret(a); sends && isAbsolute(address) && !j.Site.OwnsURL(address) {
				r.in("step "+quoted(s.ID)).fail(placed(a.Pos), string(a.Verb)+" sends a secret to a host that is not the site's", "a host of the site: "+oneOfWords(j.Site.Hosts), "add the host to the site's hosts:, if it is theirs")
			}
		}
	}
}

// finish makes a step of a draft.
func (s stepDraft) finish(r reader, settings Settings, at *node, thresholds journey.ThresholdSet, run time.Duration) journey.Step {
	step := journey.Step{
		ID: s.id.value, Title: cmp.Or(s.title, s.id.value), Do: s.do, Expect: s.expect, Save: s.save, Always: s.always,
		Timeout: defaultStepTimeout, Thresholds: thresholds,
		Pos: journey.Pos{File: r.source(at).name, Line: at.line, Column: at.column},
	}
	if step.ID != "" {
		r = r.in("step " + quoted(step.ID))
	}
	step.Conditions, step.Repeat, step.Retry = s.conditionsOf(r, settings), s.repeat, s.retry
	critical := criticalOf(step)
	switch {
	case s.timeout != nil:
		step.Timeout = s.timeout.value
		if step.Timeout <= critical {
			r.fail(s.timeout.node, fmt.Sprintf("timeout %s ends before the wait is critical, at %s", quoted(s.timeout.node.value), short(critical)), "a timeout longer than critical", "write timeout: "+longer(critical))
		} else if step.Timeout > run {
			r.warn(s.timeout.node, fmt.Sprintf("timeout %s is longer than the whole run's, %s", quoted(s.timeout.node.value), short(run)), "", "give the journey a longer timeout:")
		}
	case step.Timeout <= critical:
		r.fail(s.limits.criticalAt(at), fmt.Sprintf("the step's timeout of 30s ends before the wait is critical, at %s", short(critical)), "a timeout longer than critical", "add timeout: "+longer(critical)+" to the step")
	}
	return step
}

func criticalOf(s journey.Step) time.Duration {
	return max(s.Thresholds.Page.Critical, s.Thresholds.InPage.Critical)
}

// longer is a timeout that leaves room above a threshold.
func longer(d time.Duration) string {
	d += d / 2
	if d >= 2*time.Minute {
		return short((d + time.Minute - 1).Truncate(time.Minute))
	}
	return short((d + time.Second).Truncate(time.Second))
}

// short is a duration as a person writes it: 3m, not 3m0s.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// checkTimeout holds the run's timeout against the longest critical wait.
func (d draft) checkTimeout(r reader, j journey.Journey) {
	for i, s := range j.Steps {
		critical := criticalOf(s)
		if j.Timeout > critical {
			continue
		}
		if d.timeout != nil {
			r.fail(d.timeout.node, fmt.Sprintf("timeout %s ends before the wait of step %s is critical, at %s", quoted(d.timeout.node.value), quoted(s.ID), short(critical)), "a timeout longer than critical", "write timeout: "+longer(critical))
			return
		}
		r.fail(d.steps[i].value.limits.criticalAt(d.steps[i].node), fmt.Sprintf("the run's timeout of 2m ends before the wait of step %s is critical, at %s", quoted(s.ID), short(critical)), "a timeout longer than critical", "add timeout: "+longer(critical)+" to the journey")
		return
	}
}

// conditions are the devices and networks of the visits.
func (d draft) conditions(r reader, s Settings) []journey.Visit {
	if len(d.visits) == 0 {
		return []journey.Visit{{Device: s.Devices[0], Network: s.Networks[0]}}
	}
	var all []journey.Visit
	first := map[string]int{}
	for _, v := range d.visits {
		device, ok := pick(r.under("device"), v.value.device, s.Devices, func(d journey.Device) string { return d.Name }, "devices")
		network := s.Networks[0]
		if v.value.network.node != nil {
			network, _ = pick(r.under("network"), v.value.network, s.Networks, func(n journey.Network) string { return n.Name }, "networks")
		}
		if line, twice := first[device.Name]; twice && ok {
			r.fail(v.node, fmt.Sprintf("device %s is there twice, first in line %d", quoted(device.Name), line), "each device once: results are kept by device", "define it under another name in devices: of samui.yaml")
		} else if ok {
			first[device.Name] = v.node.line
		}
		all = append(all, journey.Visit{Device: device, Network: network, CPU: v.value.cpu})
	}
	return all
}

// pick finds a name among what is known.
func pick[V any](r reader, name located[string], known []V, nameOf func(V) string, key string) (V, bool) {
	var zero V
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = nameOf(k)
		if names[i] == name.value {
			return k, true
		}
	}
	if name.node != nil && name.value != "" {
		hint := didYouMean(name.value, names)
		if hint == "" {
			hint = "define it in " + key + ": of samui.yaml"
		}
		r.fail(name.node, r.subject(name.node)+" is unknown", oneOfWords(names), hint)
	}
	return zero, false
}
