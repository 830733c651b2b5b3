package config

import (
	"strings"
	"time"

	"samui/internal/journey"
)

// draft is a journey file as it was written, before site and defaults are
// filled in.
type draft struct {
	id       located[string]
	title    string
	site     *located[string]
	sites    []located[string]
	stage    journey.Stage
	url      *located[string]
	every    time.Duration
	cron     string
	active   *journey.Active
	visits   []located[visitDraft]
	visit    journey.Conditions
	mask     []journey.Target
	overlays []journey.Overlay
	consent  journey.Consent
	timeout  *located[time.Duration]
	pace     time.Duration
	common   []limitSet // thresholds of the defaults, the farthest first
	limits   limitSet
	steps    []located[stepDraft]
	effects  *effectsDraft
	limit    journey.Limit
	stop     *located[string]
	timings  []string
	tags     []located[string]
	enabled  *bool
}

type visitDraft struct {
	device, network located[string]
	cpu             float64
}

type stepDraft struct {
	id      located[string]
	title   string
	do      []journey.Action
	expect  []journey.Expectation
	save    []journey.Save
	limits  limits
	timeout *located[time.Duration]
	always  bool

	conditions []conditionDraft
	repeat     *journey.Repeat
	retry      int

	via *node // where the fragment is used that it stands in; nil = in none
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
			key("sites", "The sites that are visited, one journey for each.", listOf("a list of sites such as [demo-shop]", name, 1), func(d *draft, v []located[string]) { d.sites = v }),
			orDefaults(must(key("stage", "Where in the customer's life the journey belongs; it may stand in defaults.yaml, and must be said.", choice(journey.Stages()...), func(d *draft, v journey.Stage) { d.stage = v }))),
			key("url", "The site's URL, only where no sites are registered.", withPlace(siteURL()), func(d *draft, v located[string]) { d.url = &v }),
			key("every", "How often the journey is walked.", duration(time.Second).codec(), func(d *draft, v time.Duration) { d.every = v }),
			key("cron", "When the journey is walked, in the site's timezone.", cron().codec(), func(d *draft, v string) { d.cron = v }),
			key("active", "The hours and days to which the schedule is limited.", activeCodec(), func(d *draft, v journey.Active) { d.active = &v }),
			key("devices", "On what the journey is walked; each has its own results.", listOf("a list of devices such as [desktop, phone]", withPlace(visits()), 1), func(d *draft, v []located[visitDraft]) { d.visits = v }),
			key("visit", "The conditions of the visits; each key wins over the site's.", visitTable().codec(), func(d *draft, v journey.Conditions) { d.visit = v }),
			key("vars", "Texts for ${NAME}; the site's win.", varsCodec(), func(*draft, map[string]journey.Text) {}),
			key("overlays", "What may appear at any time and is closed whenever it is there, as a newsletter or a chat; the site's come first. The time until it is closed is no wait: a customer has to close it, too.", g.overlays(), func(d *draft, v []journey.Overlay) { d.overlays = v }),
			key("consent", "What is answered to a banner about cookies: accept, reject or ignore, which leaves it there. The site's without it.", consent(), func(d *draft, v journey.Consent) { d.consent = v }),
			key("mask", "What is covered in every picture, as inputs are.", listOf("a list of targets such as [{testid: balance}]", g.target, 0), func(d *draft, v []journey.Target) { d.mask = v }),
			key("timeout", "Of the whole run; 2m without it.", withPlace(duration(moment).codec()), func(d *draft, v located[time.Duration]) { d.timeout = &v }),
			key("pace", "The customer's breath between steps; not a wait.", duration(0).codec(), func(d *draft, v time.Duration) { d.pace = v }),
			key("thresholds", "From which wait on a step is slow, bad, critical.", limitSetTable(), func(d *draft, v limitSet) { d.limits = v }),
			key("effects", "What a visit leaves behind on the site: order, or any word; `{order: STEP}` where only that step does; without a step every visit counts, a rehearsal too. Such a journey is never walked again by itself.", effectsCodec(), func(d *draft, v effectsDraft) { d.effects = &v }),
			key("limit", "How many visits may leave it behind: N/hour, N/day or N/week of the site's time zone, counted in the data folder; visits beyond that aren't made.", limitWord().codec(), func(d *draft, v journey.Limit) { d.limit = v }),
			key("stop_before", "The step before which a visit stops, to rehearse a purchase; steps with `always: true` are walked all the same.", name, func(d *draft, v located[string]) { d.stop = &v }),
			key("timings", "What the site measures of itself: names of performance.mark and performance.measure, and elementtiming attributes. They are shown with the page's numbers: a mark and an element from the beginning of the load, or from the customer's input in a step within a page.", timings(), func(d *draft, v []string) { d.timings = v }),
			key("tags", "Words by which journeys are chosen, as in samui run --tag WORD.", listOf("a list of words such as [smoke, checkout]", withPlace(id().exactly()), 0), func(d *draft, v []located[string]) { d.tags = v }),
			key("enabled", "`false`: only walked by samui run, never on its schedule; true without it.", yesNo(), func(d *draft, v bool) { d.enabled = &v }),
			must(key("steps", "What the customer wants, one thing after the other.", g.steps(), func(d *draft, v []located[stepDraft]) { d.steps = v })),
		},
		rules: []rule{
			atMostOne("site: for one site, sites: for several", "site", "sites"),
			scheduled(),
			needs("limit", "effects", "say what is limited: effects: order"),
		},
		tips: underVisit(map[string]string{
			"name": "write journey: …", "id": "write journey: …", "schedule": "write every: 5m, or cron:", "interval": "write every: 5m",
			"device": "write devices: […]", "networks": "write devices: [{device: …, network: …}]", "variables": "write vars: …", "base_url": "write url: …",
			"effect": "write effects: …", "side_effects": "write effects: …", "leaves": "write effects: …", "limits": "write limit: 4/day", "rate_limit": "write limit: 4/day", "max": "write limit: 4/day", "stop": "write stop_before: …", "stop_at": "write stop_before: …", "until": "write stop_before: …", "rehearse": "write stop_before: …", "marks": "write timings: […]", "measures": "write timings: […]", "user_timings": "write timings: […]", "tag": "write tags: […]", "labels": "write tags: […]", "disabled": "write enabled: false", "skip": "write enabled: false", "paused": "write enabled: false", "dry_run": "write stop_before: …",
			"hosts": "hosts belong to the site in samui.yaml", "alerts": "alerts belong to the site in samui.yaml",
			"conditions": "write visit: {…}", "browser": "write visit: {…}",
		}),
	}
}

func (g *grammar) stepTable() object[stepDraft] {
	actions, expectations := listOf("a list of actions such as - click: Buy", g.actions(), 1), listOf("a list of expectations such as - text: Welcome", g.expectations(), 0)
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
			key("save", "What is read for later steps when this one has ended well: `${NAME}` is it in all that come after.", g.saving(), func(s *stepDraft, v []journey.Save) { s.save = v }),
			key("thresholds", "From which wait on this step is slow, bad, critical.", flatLimits(), func(s *stepDraft, v limits) { s.limits = v }),
			key("timeout", "How long the step may take; 30s without it.", withPlace(duration(moment).codec()), func(s *stepDraft, v located[time.Duration]) { s.timeout = &v }),
			key("always", "Also runs after a failure, to log out or to empty a cart.", yesNo(), func(s *stepDraft, v bool) { s.always = v }),
			key("when", "The step is walked only where this is so, and left out elsewhere.", g.condition("when"), func(s *stepDraft, v conditionDraft) { s.conditions = append(s.conditions, v) }),
			key("unless", "The step is left out where this is so.", g.condition("unless"), func(s *stepDraft, v conditionDraft) { s.conditions = append(s.conditions, v) }),
			key("repeat", "The actions are done so many times, or until something is seen.", g.repetition(), func(s *stepDraft, v journey.Repeat) { s.repeat = &v }),
			key("retry", "How often a step that failed is tried again. What was waited in vain counts: the customer waited it.", whole(1, mostRetries).codec(), func(s *stepDraft, n int) { s.retry = n }),
		},
		tips: map[string]string{
			"name": "write step: …", "id": "write step: …", "action": "write do: …", "actions": "write do: …", "expectations": "write expect: …", "assert": "write expect: …",
			"optional": "an action is optional: click: {text: …, optional: true}", "open": "put it under do:", "click": "put it under do:", "fill": "put it under do:",
			"text": "put it under expect:", "url": "put it under expect:", "pause": "put it under do:", "pace": "pace: belongs to the journey",
			"if": "write when: {see: …}", "only_if": "write when: {see: …}", "skip_if": "write unless: {see: …}", "condition": "write when: {see: …}", "loop": "write repeat: …", "while": "write repeat: {until: …, at_most: 10}", "times": "write repeat: …", "retries": "write retry: …", "attempts": "write retry: …",
			"extract": "write save: {NAME: {in: …}}", "store": "write save: {NAME: {in: …}}", "remember": "write save: {NAME: {in: …}}", "capture": "write save: {NAME: {in: …}}",
		},
		check: func(r reader, n *node, s *stepDraft) bool {
			if !checkSaves(r, s) {
				return false
			}
			asks := journey.Step{Do: s.do}.Asks() // and fails on an error of the server's
			if !asks && (n.find("expect") == nil || len(s.expect) == 0) {
				r.warn(n, "the step expects nothing, so that a wrong page is as good as the right one", "expect: with what the customer must see", "add expect: [text: …]")
			}
			return true
		},
	}
}

// deviceNames are those of the presets.
func deviceNames() string {
	var names []string
	for _, d := range journey.Devices() {
		names = append(names, d.Name)
	}
	return strings.Join(names, ", ")
}

// visits is a device, alone or with its network.
func visits() codec[visitDraft] {
	name := withPlace(id().exactly())
	plain := mapped(name, func(v located[string]) visitDraft { return visitDraft{device: v} })
	full := object[visitDraft]{
		name: "the device", example: "a device such as phone, or {device: phone, network: slow-4g}",
		fields: []field[visitDraft]{
			must(key("device", deviceNames()+" or one of samui.yaml.", name, func(v *visitDraft, d located[string]) { v.device = d })),
			key("network", "unthrottled, 4g, slow-4g, 3g or one of samui.yaml.", name, func(v *visitDraft, n located[string]) { v.network = n }),
			key("cpu", "So many times slower than this machine, from 1 to 20; wins over visit: and the device's own.", slowdown().codec(), func(v *visitDraft, f float64) { v.cpu = f }),
		},
		tips: map[string]string{"name": "write device: …", "width": "define the device in samui.yaml and name it here", "height": "define the device in samui.yaml and name it here", "viewport": "write visit: {viewport: {width: …, height: …}}", "locale": "write visit: {locale: …} beside devices:"},
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
				if !isName(r.key) {
					return journey.Text{}, false // said of the key
				}
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
