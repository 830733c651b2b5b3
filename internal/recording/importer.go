package recording

import (
	"cmp"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"samui/internal/journey"
)

// importer turns the steps of one recording into a journey.
type importer struct {
	flow    flow
	options Options
	steps   []step // tidied
	vault   vault

	registered *journey.Site // that was recorded; nil = none
	site       *url.URL      // where the recorded site's paths start, without a final /
	hosts      journey.Site  // says which hosts are the site's
	here       *url.URL      // the page as far as it is known; nil = not yet
	title      string        // of the page; empty = not known
	tabs       tabs
	held       held    // modifiers that are down
	entered    [][]int // the frames that something was done in

	notes  []Note   // of the journey as a whole, with their place
	groups []*group // the journey's steps
	ahead  []Note   // that wait for the action before which they stand
}

func newImporter(f flow, o Options) *importer {
	return &importer{flow: f, options: o, steps: tidy(f.steps), held: held{}}
}

// begin finds out where the site's paths start: at the first page that was
// opened, unless a registered site lies deeper.
func (im *importer) begin(src *source, steps *value) error {
	first := im.firstPage()
	if err := im.choose(first); err != nil {
		return err
	}
	switch {
	case first != nil:
		im.site = &url.URL{Scheme: first.Scheme, Host: first.Host}
	case im.registered == nil:
		what, want, at := "the recording opens no page", "a step of the type navigate", steps.at
		if i := slices.IndexFunc(im.flow.steps, func(s step) bool { return s.kind == "navigate" }); i >= 0 {
			what, want, at = fmt.Sprintf("step %d (navigate): this address can't be visited", i+1), "an absolute http(s) URL such as https://shop.example/", steps.items[i].find("url").at
		}
		src.fail(at, what, want, "begin to record before you open the site")
		return &InvalidError{src.mistakes}
	}
	id := ""
	if r := im.registered; r != nil {
		id, im.hosts = r.ID, *r
		own, ok := web(r.URL)
		if !ok {
			return &SiteError{r.URL, []string{id}}
		}
		own.Path, own.RawPath, own.RawQuery, own.Fragment = strings.TrimRight(own.Path, "/"), strings.TrimRight(own.RawPath, "/"), "", ""
		if im.site == nil || origin(own) == origin(im.site) {
			im.site = own
		} else {
			im.remark(Note{Text: fmt.Sprintf("this was recorded on %s; site %s is at %s", origin(im.site), id, r.URL)})
		}
	}
	if len(im.hosts.Hosts) == 0 {
		im.hosts.Hosts = []string{im.site.Hostname()}
	}
	im.vault = newVault("", im.steps) // the id may not be made of a secret
	im.vault = newVault(secretBase(id, im.site.Hostname(), im.id()), im.steps)
	return nil
}

// choose finds the registered site that was recorded.
func (im *importer) choose(first *url.URL) error {
	sites := im.options.Sites
	if len(sites) < 2 {
		if len(sites) == 1 {
			im.registered = &sites[0]
		}
		return nil
	}
	e := &SiteError{}
	var owners []journey.Site
	for _, s := range sites {
		e.Sites = append(e.Sites, s.ID)
		if first != nil && s.OwnsURL(first.String()) {
			owners = append(owners, s)
		}
	}
	if len(owners) == 1 {
		im.registered = &owners[0]
		return nil
	}
	if first != nil {
		e.URL = origin(first)
	}
	return e
}

// firstPage is the first page that was opened, or nil. Where a site moved the
// visitor to its proper name at once, that is meant.
func (im *importer) firstPage() *url.URL {
	for _, s := range im.flow.steps {
		if s.target != "" {
			continue
		}
		if s.kind == "navigate" {
			u, ok := web(s.url)
			if !ok {
				continue
			}
			for _, e := range s.events {
				if landed, ok := web(e.url); ok && sameSite(u, landed) {
					return landed
				}
			}
			return u
		}
		for _, e := range s.events {
			if u, ok := web(e.url); ok {
				return u
			}
		}
	}
	return nil
}

// sameSite reports whether two addresses differ in no more than their scheme
// and a www.
func sameSite(a, b *url.URL) bool {
	bare := func(u *url.URL) string { return strings.TrimPrefix(u.Host, "www.") }
	return bare(a) == bare(b)
}

func (im *importer) leaks(text string) bool { return im.vault.leaks(text) }

// remark keeps a note of the journey as a whole.
func (im *importer) remark(n Note) { im.notes = append(im.notes, n) }

// id is the journey's: as asked for, else from its title or its file.
func (im *importer) id() string {
	base := strings.TrimSuffix(filepath.Base(im.options.File), filepath.Ext(im.options.File))
	title := ""
	if !untitled(im.flow.title) && !im.leaks(shown(im.flow.title)) {
		title = slug(im.flow.title)
	}
	return cmp.Or(im.options.ID, title, slug(base), "recording")
}

// untitled reports whether a title is the one that Chrome gives: "Recording
// 5/9/2023 at 10:14:35 AM".
func untitled(title string) bool {
	return strings.TrimSpace(title) == "" || regexp.MustCompile(`(?i)^(new )?recording( [\d/.,: \x{202f}-]+.*)?$`).MatchString(title)
}

// pace is a customer's breath between two steps. Recordings hold no times, and
// who presses at once what follows may be faster than what came before.
const pace = time.Second

// usualTimeout is that of a journey that says nothing.
const usualTimeout = 2 * time.Minute

// timeout is what the pauses between and in many steps leave time for; 0 where
// the usual one is enough.
func (im *importer) timeout() time.Duration {
	idle := pace * time.Duration(len(im.groups))
	for _, g := range im.groups {
		idle += g.paused
	}
	if idle < usualTimeout/2 {
		return 0
	}
	return (idle + usualTimeout).Round(time.Minute)
}

// result is the journey with all that there is to say of it.
func (im *importer) result() Result {
	for i := range im.steps {
		im.take(i)
	}
	if len(im.groups) == 0 {
		im.do(step{}, journey.Action{Verb: journey.Open, URL: journey.Plain("/")}, telling{})
	}
	j := journey.Journey{
		ID: im.id(), Site: journey.Site{URL: origin(im.site)}, Stage: im.options.Stage,
		Schedule: journey.Schedule{Every: im.options.Every},
		Pace:     pace,
	}
	visit, window := im.conditions()
	j.Visits, j.Conditions.Viewport = []journey.Visit{visit}, window
	if im.registered != nil {
		j.Site = *im.registered
	}
	j.Title, j.Steps = im.name()
	j.Timeout = im.timeout()
	if j.Schedule.Every < max(j.Timeout, usualTimeout) {
		im.remark(Note{Text: "a visit may take longer, as long as its timeout", Quiet: true, At: Place{Key: "every"}})
	}
	if j.Stage == "" {
		j.Stage = im.stage()
		im.remark(Note{Text: "guessed; discover, browse, purchase, service or retain", Quiet: true, At: Place{Key: "stage"}})
	}
	if len(im.flow.unknown) > 0 {
		im.remark(Note{Text: "no part of the format, and left out: " + oneLine(clip(strings.Join(im.flow.unknown, ", "), 400))})
	}
	if a := im.flow.attribute; a != "" && !slices.Contains(im.testIDs(), a) {
		a = oneLine(clip(a, 60))
		im.remark(Note{Text: fmt.Sprintf("the selectors were made of %s: with testid: [%s] at the site in samui.yaml, journeys can say testid: …", a, a), Quiet: true})
	}
	return Result{Journey: j, Notes: im.gather(j.Steps)}
}
