package recording

import (
	"net/url"
	"slices"
	"strconv"

	"samui/internal/journey"
)

// tabs are the tabs of a recording. A tab's name is the address that it showed,
// which changes as it goes on; the page's own has none.
type tabs struct {
	at   string              // in which the last thing was done
	seen []string            // all but the page's own
	here map[string]*url.URL // the page that each shows, as far as it is known
}

// turn goes to the tab in which a step is done. A journey follows a tab that an
// input opens, as the recording does: only going back to one has to be said.
func (im *importer) turn(s step) {
	if s.target == im.tabs.at || !goesToItsTab(s) {
		return
	}
	if im.tabs.here == nil {
		im.tabs.here = map[string]*url.URL{}
	}
	from := im.tabs.at
	im.tabs.here[from] = im.here
	im.tabs.at = s.target
	known := s.target == "" || slices.Contains(im.tabs.seen, s.target)
	im.here = im.tabs.here[s.target]
	if u, ok := web(s.target); ok {
		im.here = u
	}
	if g := im.latest(); g.open() && s.kind != "waitForElement" {
		g.closed = true
	}
	switch {
	case !known:
		im.tabs.seen = append(im.tabs.seen, s.target)
		if from == "" {
			im.note(s, "taken for a tab that the page had just opened, which a journey follows: %s; if it is a frame of another site in the page itself, name that with frame:", strconv.Quote(clip(oneLine(harmless(s.target)), 80)))
		}
	case s.target == "":
		im.goTo(s, journey.Action{Verb: journey.Tab, Edge: "first"})
	default:
		part := im.here.Host + im.here.EscapedPath()
		if sameSite(im.here, im.site) && len(im.here.Path) > 1 {
			part = im.here.EscapedPath() // wherever the site is
		}
		if im.leaks(im.here.Path) {
			im.note(s, "back to another tab, whose address holds a secret: write tab: {title: …} before what follows")
			return
		}
		im.goTo(s, journey.Action{Verb: journey.Tab, URL: journey.Plain(part)})
	}
}

func (im *importer) goTo(s step, a journey.Action) {
	if g := im.latest(); g.open() {
		g.closed = true
	}
	im.do(step{n: s.n}, a, telling{})
}

// goesToItsTab reports whether what is done has to be done in its own tab.
func goesToItsTab(s step) bool {
	return !slices.Contains([]string{"setViewport", "emulateNetworkConditions", "customStep", "close", "keyUp"}, s.kind)
}

// shut is the end of a tab. Whether the customer closed it or it closed itself,
// the recording doesn't say: what is done next goes to its own tab anyway.
func (im *importer) shut(s step) {
	if s.target == "" {
		im.note(s, "close: the tab is closed by itself when the visit is over")
		return
	}
	im.note(s, "close: whether it closed itself is not recorded, so that it is left open; write tab: close where the customer closes it")
}

// visitable reports whether a tab's name is an address that a tab can be told by.
func visitable(target string) bool {
	_, ok := web(target)
	return ok
}
