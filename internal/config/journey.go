package config

import (
	"fmt"
	"time"

	"samui/internal/journey"
)

// draft is a journey file as it was written, before site and defaults are
// filled in.
type draft struct {
	id      located[string]
	title   string
	site    *located[string]
	sites   []located[string]
	stage   journey.Stage
	url     *located[string]
	every   time.Duration
	cron    string
	active  *journey.Active
	visits  []located[visitDraft]
	mask    []journey.Target
	timeout *located[time.Duration]
	pace    time.Duration
	limits  limitSet
	steps   []stepDraft
}

type visitDraft struct{ device, network located[string] }

type stepDraft struct {
	node    *node
	id      located[string]
	title   string
	do      []journey.Action
	expect  []journey.Expectation
	limits  limits
	timeout *located[time.Duration]
	always  bool
}

// journeyTable is the keys of a journey file.
func (g *grammar) journeyTable() object[draft] {
	name := withPlace(id().exactly())
	return object[draft]{
		name: "the journey", example: "a journey with journey:, stage:, every: and steps:", free: true,
		fields: []field[draft]{
			must(key("journey", "The journey's name: a-z, 0-9 and -.", name, func(d *draft, v located[string]) { d.id = v })),
			key("title", "The title that people see, in any language.", shown(), func(d *draft, v string) { d.title = v }),
			key("site", "The site of samui.yaml that is visited.", name, func(d *draft, v located[string]) { d.site = &v }),
			key("sites", "The sites that are visited, one journey for each.", listOf(name, 1), func(d *draft, v []located[string]) { d.sites = v }),
			must(key("stage", "Where in the customer's life the journey belongs.", choice(journey.Stages()...), func(d *draft, v journey.Stage) { d.stage = v })),
			key("url", "The site's URL, only where no sites are registered.", withPlace(absoluteURL().codec()), func(d *draft, v located[string]) { d.url = &v }),
			key("every", "How often the journey is walked.", duration(time.Second).codec(), func(d *draft, v time.Duration) { d.every = v }),
			key("cron", "When the journey is walked, in the site's timezone.", cron().codec(), func(d *draft, v string) { d.cron = v }),
			key("active", "The hours and days to which the schedule is limited.", activeCodec(), func(d *draft, v journey.Active) { d.active = &v }),
			key("devices", "On what the journey is walked; each has its own results.", listOf(withPlace(visits()), 1), func(d *draft, v []located[visitDraft]) { d.visits = v }),
			key("vars", "Texts for ${NAME}; the site's win.", varsCodec(), func(*draft, map[string]journey.Text) {}),
			key("mask", "What is covered in every picture, as inputs are.", listOf(g.target, 0), func(d *draft, v []journey.Target) { d.mask = v }),
			key("timeout", "Of the whole run; 2m without it.", withPlace(duration(moment).codec()), func(d *draft, v located[time.Duration]) { d.timeout = &v }),
			key("pace", "The customer's breath between steps; not a wait.", duration(0).codec(), func(d *draft, v time.Duration) { d.pace = v }),
			key("thresholds", "From which wait on a step is slow, bad, critical.", limitSetTable(), func(d *draft, v limitSet) { d.limits = v }),
			must(key("steps", "What the customer wants, one thing after the other.", listOf(g.stepTable().codec(), 1), func(d *draft, v []stepDraft) { d.steps = v })),
		},
		rules: []rule{
			atMostOne("site: for one site, sites: for several", "site", "sites"),
			exactlyOne("every: or cron:", "add every: 5m", []string{"every", "cron"}),
		},
		tips: map[string]string{
			"name": "write journey: …", "id": "write journey: …", "schedule": "write every: 5m, or cron:", "interval": "write every: 5m",
			"device": "write devices: […]", "networks": "write devices: [{device: …, network: …}]", "variables": "write vars: …", "base_url": "write url: …",
			"hosts": "hosts belong to the site in samui.yaml", "headers": "headers belong to the site in samui.yaml", "alerts": "alerts belong to the site in samui.yaml",
		},
	}
}

func (g *grammar) stepTable() object[stepDraft] {
	actions, expectations := listOf(g.actions(), 1), listOf(g.expectations(), 0)
	return object[stepDraft]{
		name: "the step", example: "a step such as {step: home, do: [open: /], expect: [text: Welcome]}",
		naming: func(n *node) string {
			if v := n.find("step"); v != nil && v.kind == scalar && !v.null {
				return "step " + quoted(v.value)
			}
			return ""
		},
		fields: []field[stepDraft]{
			must(key("step", "The step's name: a-z, 0-9 and -.", withPlace(id().exactly()), func(s *stepDraft, v located[string]) { s.id = v })),
			key("title", "What the customer wants, in their words.", shown(), func(s *stepDraft, v string) { s.title = v }),
			must(key("do", "What the customer does.", actions, func(s *stepDraft, v []journey.Action) { s.do = v })),
			key("expect", "What the customer must then see.", expectations, func(s *stepDraft, v []journey.Expectation) { s.expect = v }),
			key("thresholds", "From which wait on this step is slow, bad, critical.", flatLimits(), func(s *stepDraft, v limits) { s.limits = v }),
			key("timeout", "How long the step may take; 30s without it.", withPlace(duration(moment).codec()), func(s *stepDraft, v located[time.Duration]) { s.timeout = &v }),
			key("always", "Also runs after a failure, to log out or to empty a cart.", yesNo(), func(s *stepDraft, v bool) { s.always = v }),
		},
		tips: map[string]string{
			"name": "write step: …", "id": "write step: …", "action": "write do: …", "actions": "write do: …", "expectations": "write expect: …", "assert": "write expect: …",
			"optional": "an action is optional: click: {text: …, optional: true}", "open": "put it under do:", "click": "put it under do:", "fill": "put it under do:",
			"text": "put it under expect:", "url": "put it under expect:", "pause": "put it under do:", "pace": "pace: belongs to the journey",
		},
		check: func(r reader, n *node, s *stepDraft) bool {
			s.node = n
			if n.find("expect") == nil || len(s.expect) == 0 {
				r.warn(n, "the step expects nothing, so that a wrong page is as good as the right one", "expect: with what the customer must see", "add expect: [text: …]")
			}
			return true
		},
	}
}

// visits is a device, alone or with its network.
func visits() codec[visitDraft] {
	name := withPlace(id().exactly())
	plain := mapped(name, func(v located[string]) visitDraft { return visitDraft{device: v} })
	plain.want = "a device such as desktop or phone"
	full := object[visitDraft]{
		name: "the device", example: "{device: phone, network: slow-4g}",
		fields: []field[visitDraft]{
			must(key("device", "desktop, laptop, tablet, phone or one of samui.yaml.", name, func(v *visitDraft, d located[string]) { v.device = d })),
			key("network", "unthrottled, 4g, slow-4g, 3g or one of samui.yaml.", name, func(v *visitDraft, n located[string]) { v.network = n }),
		},
		tips: map[string]string{"name": "write device: …", "width": "define the device in samui.yaml and name it here", "height": "define the device in samui.yaml and name it here"},
	}
	return either(plain, full.codec())
}

// varsCodec is vars:. What a text in them means is up to the scope, which has
// the same map.
func varsCodec() codec[map[string]journey.Text] {
	c := mapOf(varName(), textCodec(true), nil)
	return codec[map[string]journey.Text]{
		want: c.want, schema: c.schema,
		read: func(r reader, n *node) (map[string]journey.Text, bool) {
			// Read by name, so that a variable is expanded, and found wrong, once.
			asReference := func(r reader, n *node) (journey.Text, bool) {
				parts, ok := r.variable(n, r.key)
				return journey.NewText(parts...), ok
			}
			own := codec[journey.Text]{want: "a text", schema: c.schema, read: asReference}
			all, ok := mapOf(varName(), own, nil).read(r, n)
			vars := make(map[string]journey.Text, len(all))
			for _, v := range all {
				vars[v.key.value] = v.value
			}
			return vars, ok
		},
	}
}

const (
	defaultRunTimeout  = 2 * time.Minute
	defaultStepTimeout = 30 * time.Second
)

// finish makes a journey of a draft. What is left to check is what only the
// whole can say.
func (d draft) finish(r reader, s Settings, site Site) journey.Journey {
	j := journey.Journey{
		ID: d.id.value, Title: d.title, Site: site.Site, Stage: d.stage, File: r.src.name,
		Schedule: journey.Schedule{Every: d.every, Cron: d.cron, Timezone: site.Timezone, Active: d.active},
		Visits:   d.conditions(r, s),
		Mask:     append(append([]journey.Target(nil), site.Mask...), d.mask...),
		Timeout:  defaultRunTimeout, Pace: d.pace,
	}
	if j.Title == "" {
		j.Title = j.ID
	}
	if d.timeout != nil {
		j.Timeout = d.timeout.value
	}
	first := map[string]int{}
	for _, draft := range d.steps {
		if draft.node == nil {
			continue
		}
		step := draft.finish(r, s.Thresholds, site.Thresholds, d.limits.set(), j.Timeout)
		if line, twice := first[step.ID]; twice && step.ID != "" {
			r.fail(draft.id.node, fmt.Sprintf("step %s is there twice, first in line %d", quoted(step.ID), line), "each step once", "give one of them another name")
		} else if step.ID != "" {
			first[step.ID] = draft.id.node.line
		}
		j.Steps = append(j.Steps, step)
	}
	d.checkTimeout(r, j)
	return j
}

// finish makes a step of a draft.
func (s stepDraft) finish(r reader, general, site, own journey.ThresholdSet, run time.Duration) journey.Step {
	step := journey.Step{
		ID: s.id.value, Title: s.title, Do: s.do, Expect: s.expect, Always: s.always, Timeout: defaultStepTimeout,
		Thresholds: journey.MergeThresholds(general, site, own, journey.Flat(s.limits.thresholds())),
		Pos:        journey.Pos{File: r.src.name, Line: s.node.line, Column: s.node.column},
	}
	if step.Title == "" {
		step.Title = step.ID
	}
	r = r.in("step " + quoted(step.ID))
	critical := criticalOf(step)
	switch {
	case s.timeout != nil:
		step.Timeout = s.timeout.value
		if step.Timeout <= critical {
			r.fail(s.timeout.node, fmt.Sprintf("timeout %s ends before the wait is critical, at %s", quoted(s.timeout.node.value), critical), "a timeout longer than critical", "write timeout: "+longer(critical))
		} else if step.Timeout > run {
			r.warn(s.timeout.node, fmt.Sprintf("timeout %s is longer than the whole run's, %s", quoted(s.timeout.node.value), run), "", "give the journey a longer timeout:")
		}
	case step.Timeout <= critical:
		at := s.node
		if s.limits.critical.node != nil {
			at = s.limits.critical.node
		}
		r.fail(at, fmt.Sprintf("the step's timeout of 30s ends before the wait is critical, at %s", critical), "a timeout longer than critical", "add timeout: "+longer(critical)+" to the step")
	}
	return step
}

func criticalOf(s journey.Step) time.Duration {
	return max(s.Thresholds.Page.Critical, s.Thresholds.InPage.Critical)
}

// longer is a timeout that leaves room above a threshold.
func longer(d time.Duration) string {
	return fmt.Sprintf("%ds", int((d+d/2).Seconds()+1))
}

// checkTimeout holds the run's timeout against the longest critical wait.
func (d draft) checkTimeout(r reader, j journey.Journey) {
	for i, s := range j.Steps {
		critical := criticalOf(s)
		if j.Timeout > critical {
			continue
		}
		if d.timeout != nil {
			r.fail(d.timeout.node, fmt.Sprintf("timeout %s ends before the wait of step %s is critical, at %s", quoted(d.timeout.node.value), quoted(s.ID), critical), "a timeout longer than critical", "write timeout: "+longer(critical))
			return
		}
		at := d.steps[i].node
		if n := d.steps[i].limits.critical.node; n != nil {
			at = n
		}
		r.fail(at, fmt.Sprintf("the run's timeout of 2m ends before the wait of step %s is critical, at %s", quoted(s.ID), critical), "a timeout longer than critical", "add timeout: "+longer(critical)+" to the journey")
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
		all = append(all, journey.Visit{Device: device, Network: network})
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
