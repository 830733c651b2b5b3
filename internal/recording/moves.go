package recording

import (
	"fmt"
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"samui/internal/journey"
)

// take carries over one step of the recording.
func (im *importer) take(i int) {
	s := im.steps[i]
	if why := im.obstacle(s); why != "" {
		im.refuse(s, why)
		return
	}
	im.turn(s)
	switch s.kind {
	case "navigate":
		im.navigate(s)
	case "setViewport", "emulateNetworkConditions":
		if !im.beforeAll(s) {
			im.note(s, "%s: a journey's device and network stay what they are", what(s))
		}
	case "click", "doubleClick", "hover":
		im.press(s)
	case "change":
		im.change(i)
	case "keyDown":
		im.key(s, im.steps[i+1:])
	case "keyUp":
		im.keyUp(s)
	case "scroll":
		im.scroll(s)
	case "close":
		im.shut(s)
	case "customStep":
		im.note(s, "%s: it is some other tool's own", what(s))
	case "waitForElement":
		expect, note := im.awaited(s)
		im.see(s, expect, note)
	case "waitForExpression":
		im.expression(s)
	}
}

// obstacle is why a step can't be said in a journey; empty where it can, or
// where it says why itself.
func (im *importer) obstacle(s step) string {
	switch {
	case s.target != "" && !visitable(s.target) && goesToItsTab(s):
		return "it is in a tab without an http(s) address, which a journey can't tell from others: " + strconv.Quote(clip(oneLine(harmless(s.target)), 80))
	case s.target != "" && s.kind == "navigate" && s.target != im.tabs.at:
		return "it is in a tab that nothing in the recording opens, and a journey opens none by hand"
	case !reachable(s.frame):
		return "it is in a frame deeper, or further down, than journeys reach"
	case len(s.frame) > 0 && s.kind == "waitForExpression":
		return "it is asked in a frame, and script: is asked of the page itself"
	case s.kind == "hover" && len(im.held) > 0:
		return "it is done with " + strings.Join(im.held.names(), " and ") + " held down, which journeys can do with a click alone"
	}
	return ""
}

// refuse notes what can't be said. Where it led to another page, that is
// opened, so that the rest of the journey has its place.
func (im *importer) refuse(s step, why string) {
	switch s.kind {
	case "keyUp":
		return // the key's going down was told
	case "waitForElement", "waitForExpression":
		im.noteExpected(s, what(s)+": "+why, false)
	default:
		im.note(s, "%s: %s", what(s), why)
	}
	if len(s.events) == 0 || s.target != im.tabs.at {
		return
	}
	if u, ok := web(s.events[len(s.events)-1].url); ok {
		im.visit(s, u, quiet("the page that it led to is opened instead"))
	}
}

// harmless is an address without what nobody should read.
func harmless(raw string) string {
	u, ok := web(raw)
	if !ok {
		return regexp.MustCompile(`//[^/@]*@`).ReplaceAllString(raw, "//")
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}

// what names a step of the recording in a note.
func what(s step) string {
	e := elementOf(s)
	on := ""
	if e.name != "" {
		on = " " + strconv.Quote(clip(e.name, 80))
	} else if len(s.selectors) > 0 {
		on = " " + clip(strings.Join(s.selectors[0], " "), 80)
	}
	switch s.kind {
	case "change":
		return "fill" + on
	case "keyDown":
		return "press " + clip(s.key, 40)
	case "navigate":
		return "open " + clip(harmless(s.url), 80)
	case "customStep":
		return strings.TrimSpace(fmt.Sprintf("customStep %q %s", clip(oneLine(s.name), 80), s.parameters))
	case "waitForExpression":
		return "wait until " + clip(oneLine(s.expression), 200)
	case "setViewport":
		return fmt.Sprintf("the window becomes %g×%g", s.width, s.height)
	case "emulateNetworkConditions":
		return "the network changes"
	}
	return s.kind + on
}

func (im *importer) navigate(s step) {
	u, ok := web(s.url)
	if !ok {
		im.note(s, "%s: it is no http(s) address", what(s))
		return
	}
	if len(im.groups) == 0 && sameSite(u, im.site) {
		u.Scheme, u.Host = im.site.Scheme, im.site.Host // where it was moved to at once
	}
	im.visit(s, u)
}

// visit opens a page.
func (im *importer) visit(s step, u *url.URL, notes ...Note) {
	if im.leaks(u.Path) {
		im.note(s, "%s: the address holds a secret", what(s))
		return
	}
	a := im.open(u)
	if a.account {
		notes = append(notes, loud(`the address held a user and a password: register the site in samui.yaml with headers: {Authorization: "Basic ${secret:NAME}"}`))
	}
	if len(a.dropped) > 0 {
		notes = append(notes, loud("left out of the address, or statistics would count the visits for a campaign: %s", strings.Join(a.dropped, ", ")))
	}
	if len(a.lost) > 0 {
		notes = append(notes, loud("left out of the address, being secrets that nobody should read: %s", strings.Join(a.lost, ", ")))
	}
	for _, secret := range a.secrets {
		notes = append(notes, kept("what stood in the address", secret))
	}
	im.here = u
	im.do(s, journey.Action{Verb: journey.Open, URL: a.text}, telling{}, notes...)
}

// kept tells how Samui gets what the file doesn't hold.
func kept(what string, s secret) Note {
	return loud("%s is not kept: set SAMUI_SECRET_%s, or write it into a file %s in the folder of secrets:", what, s.name, s.name)
}

// longPress is how long a click has to take to be another thing, in ms.
const longPress = 1000

func (im *importer) press(s step) {
	switch s.button {
	case "back":
		im.do(s, journey.Action{Verb: journey.Back}, telling{})
		return
	case "forward":
		im.do(s, journey.Action{Verb: journey.Forward}, telling{})
		return
	}
	c, ok := im.targetOf(s, toPress)
	if !ok {
		im.refuse(s, "it has no selector that a journey understands")
		return
	}
	e := elementOf(s)
	words := e.name
	if strings.EqualFold(words, e.text) {
		words = e.text // as it is written; the name is as it is drawn, in capitals perhaps
	}
	if im.leaks(words) {
		words = ""
	}
	notes := im.explained(s, c)
	a := journey.Action{Verb: journey.Hover, Target: &c.target}
	if s.kind != "hover" {
		a.Verb = journey.Click
		a.Keys = strings.Join(im.held.names(), "+")
		if s.kind == "doubleClick" {
			a.Count = 2
		}
		switch s.button {
		case "secondary":
			a.Button = "right"
		case "auxiliary":
			a.Button = "middle"
		}
		if e.isPlane() {
			a.At = s.spot()
		}
		if a.Count > 0 || a.Button != "" || a.Keys != "" || a.At != nil {
			c.target = withKey(c.target)
		}
		if s.duration >= longPress {
			notes = append(notes, loud("it was held down for %.1f s, which journeys can't do yet", s.duration/1000))
		}
		if a.Button == "" && orders().says(words) {
			notes = append(notes, loud("this looks as if it places an order, and every visit would place one: say so with effects: and limit:, or end it before with stop_before:"))
		}
	}
	im.do(s, a, telling{words: words, search: searches().says(words)}, notes...)
	if a.Verb == journey.Click && a.Button != "right" && words != "" && e.leads() {
		// What it set off needs its time, and is a thing that the customer wanted.
		im.latest().closed = true
	}
}

// explained is what is to be known of how an element is found.
func (im *importer) explained(s step, c candidate) []Note {
	notes := im.placed(s)
	switch {
	case c.note != "":
		return append(notes, quiet(c.note))
	case c.rank >= positionally:
		return append(notes, quiet("found by its place alone, which breaks first: name it by its text where it has one"))
	}
	return notes
}

func (im *importer) key(s step, later []step) {
	if name := modifier(s.key); name != "" {
		alone := len(later) > 0 && later[0].kind == "keyUp" && modifier(later[0].key) == name
		if alone || !im.held.press(name, later) {
			im.note(s, "press %s: pressed alone it does nothing", name)
		}
		return
	}
	c := im.held.chordOf(s.key)
	if !c.ok {
		im.refuse(s, "press: doesn't know this key")
		return
	}
	if len([]rune(c.key)) == 1 && im.inSecret() {
		im.note(s, "a character that was typed into a field for secrets is not kept")
		return
	}
	im.do(s, journey.Action{Verb: journey.Press, Key: c.String()}, telling{value: strings.Replace(c.String(), " ", "Space", 1)})
	if c.key == "Enter" {
		im.latest().closed = true // it sends a form, as a button does
	}
}

// inSecret reports whether the last thing done was to go into a field for a
// secret.
func (im *importer) inSecret() bool {
	g := im.latest()
	if !g.open() || len(g.told) == 0 {
		return false
	}
	last := g.told[len(g.told)-1]
	_, named := secretKind("", element{words: []string{last.words}, name: last.words}, element{}, false)
	return last.secret != "" || named
}

// keyUp lets go of a modifier; what other keys do, they did when they were
// pressed. Only now a page may have been seen to load.
func (im *importer) keyUp(s step) {
	delete(im.held, modifier(s.key))
	im.arrive(s)
}

func (im *importer) scroll(s step) {
	const instead = "actions scroll to what they need; write scroll: bottom or scroll: TARGET where scrolling itself brings something"
	switch {
	case len(s.selectors) > 0 && s.y == 0:
		c, ok := im.targetOf(s, toPress)
		if !ok {
			im.refuse(s, "it has no selector that a journey understands")
			return
		}
		im.do(s, journey.Action{Verb: journey.Scroll, Target: &c.target}, telling{}, im.explained(s, c)...)
	case len(s.selectors) == 0 && s.y == 0 && len(im.groups) > 0:
		im.do(s, journey.Action{Verb: journey.Scroll, Edge: "top"}, telling{})
	default:
		im.refuse(s, fmt.Sprintf("by %.0f pixels: %s", s.y, instead))
	}
}

// The pauses of a recording: a long one begins a step. A step, and a visit,
// has time for so much of them and no more.
const (
	longPause   = 2 * time.Second
	pauseOfStep = 20 * time.Second
	pauseOfAll  = time.Minute
)

func (im *importer) expression(s step) {
	pause, expect, ok := im.condition(s.expression)
	switch {
	case !ok:
		im.refuse(s, "no expectation is made of JavaScript: write script: with it where it must hold")
	case pause == 0:
		im.see(s, expect, "")
	default:
		im.pause(s, time.Duration(math.Round(pause))*time.Millisecond)
	}
}

func (im *importer) pause(s step, wanted time.Duration) {
	var all time.Duration
	for _, g := range im.groups {
		all += g.paused
	}
	d := min(wanted, pauseOfStep, pauseOfAll-all)
	if d <= 0 {
		im.note(s, "pause of %s: the visit would take too long", wanted)
		return
	}
	var notes []Note
	if d < wanted {
		notes = append(notes, loud("the recording waits for %s, of which a visit has time for %s", wanted, d))
	}
	if g := im.latest(); g.open() && (d >= longPause || g.paused+d > pauseOfStep) {
		g.closed = true
	}
	im.do(s, journey.Action{Verb: journey.Pause, Pause: d}, telling{}, notes...)
	im.latest().paused += d
}
