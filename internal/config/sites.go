package config

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"samui/internal/journey"
)

// none stands for a client, site or environment that nobody named.
const none = "none"

// siteTable is the keys of a site.
func (g *grammar) siteTable() object[Site] {
	text := shown()
	return object[Site]{
		name: "the site", example: `a site such as {client: acme, url: "https://shop.example"}`,
		fields: []field[Site]{
			key("client", "Whose website it is.", text, func(s *Site, v string) { s.Client = v }),
			key("title", "The site's name for people.", text, func(s *Site, v string) { s.Title = v }),
			key("env", "production, staging …", text, func(s *Site, v string) { s.Env = v }),
			must(key("url", "Where paths start.", siteURL(), func(s *Site, v string) { s.URL = v })),
			key("hosts", "The site's hosts, with their subdomains; secrets are typed only there. The URL's host without it.", listOf("a list of hosts such as [shop.example]", host().codec(), 0), func(s *Site, v []string) { s.Hosts = v }),
			key("timezone", "The site's own time, as Asia/Jerusalem; UTC without it.", timezone().codec(), func(s *Site, v *time.Location) { s.Timezone = v }),
			key("bounce", "The share that leaves anyway, from the site's analytics.", share().codec(), func(s *Site, v float64) { s.Curve.Bounce = &v }),
			key("slack", "The Slack channel of this site's incidents.", channel().codec(), func(s *Site, v string) { s.Slack = v }),
			key("testid", "The attributes that hold a test id, instead of the usual ones.", listOf("a list of attributes such as [data-test]", attribute().codec(), 0), func(s *Site, v []string) { s.TestIDs = v }),
			key("headers", "Headers that are sent to the site's hosts.", headers(), func(s *Site, v map[string]journey.Text) { s.Headers = v }),
			key("visit", "The conditions of every visit to the site; a journey's own visit: wins key by key.", visitTable().codec(), func(s *Site, v journey.Conditions) { s.Conditions = v }),
			key("block", "Hosts (with their subdomains) and URL patterns that are not fetched, as analytics.example.", listOf("a list of hosts or URL patterns such as [analytics.example]", text, 0), func(s *Site, v []string) { s.Block = v }),
			key("overlays", "What may appear at any time and is closed whenever it is there.", g.overlays(), func(s *Site, v []journey.Overlay) { s.Overlays = v }),
			key("consent", "What is answered to a banner about cookies: accept, reject or ignore.", consent(), func(s *Site, v journey.Consent) { s.Consent = v }),
			key("mask", "What is covered in every picture, as inputs are.", listOf("a list of targets such as [{testid: balance}]", g.target, 0), func(s *Site, v []journey.Target) { s.Mask = v }),
			key("thresholds", "From which wait on a step is slow, bad, critical.", limitSetTable(), func(s *Site, v limitSet) { s.Thresholds = v.set() }),
			key("curve", "The site's own figures: wait to the share that left.", curve(), func(s *Site, v []journey.CurvePoint) { s.Curve.Points = v }),
			key("alerts", "When incidents open and resolve.", alerts(), func(s *Site, v journey.Alerts) { s.Alerts = v }),
			key("vars", "Texts for ${NAME}; they win over a journey's.", varsCodec(), func(s *Site, v map[string]journey.Text) { s.Vars = v }),
		},
		tips: underVisit(map[string]string{
			"name": "write title: …", "id": "the key above is the site's name", "domain": "write url: …", "base_url": "write url: …", "domains": "write hosts: […]", "tz": "write timezone: …",
			"journeys": "a journey names its site", "channel": "write slack: …", "variables": "write vars: …", "environment": "write env: …",
		}),
	}
}

// completed fills in what a site leaves out.
func (s Site) completed(id string, general journey.Alerts) Site {
	s.ID = id
	s.Client, s.Env, s.Title = cmp.Or(s.Client, none), cmp.Or(s.Env, none), cmp.Or(s.Title, id)
	switch {
	case s.Timezone == nil:
		s.Timezone = time.UTC
	case s.Conditions.Timezone == "":
		// Where somebody said what time it is at the site's, it is that for its
		// customers, too.
		s.Conditions.Timezone = s.Timezone.String()
	}
	if len(s.Hosts) == 0 {
		if u, err := url.Parse(s.URL); err == nil && u.Hostname() != "" {
			s.Hosts = []string{u.Hostname()}
		}
	}
	s.Alerts = mergeAlerts(general, s.Alerts)
	return s
}

// unregistered is the site of a journey that brings its own URL.
func unregistered(address string, general journey.Alerts) Site {
	s := Site{Site: journey.Site{URL: address}}
	if u, err := url.Parse(address); err == nil {
		s.Title = u.Host
	}
	return s.completed(none, general)
}

// attribute is an HTML attribute.
func attribute() word[string] {
	return word[string]{
		noun: "an attribute", want: "an attribute such as data-testid", pattern: `^[A-Za-z_][A-Za-z0-9_.:-]*$`,
		parse: func(s string) (string, fault) {
			if s == "" || strings.ContainsAny(s, " \t\r\n\"'<>=/[]") || s[0] == '-' || s[0] >= '0' && s[0] <= '9' {
				return "", fault{"is not the name of an attribute", ""}
			}
			return s, fault{}
		},
	}
}

// headers are sent to the site's hosts only.
func headers() codec[map[string]journey.Text] {
	name := word[string]{
		noun: "headers", want: "a header's name such as X-Robot", pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
		parse: func(s string) (string, fault) {
			for _, r := range s {
				if r > '~' || (!strings.ContainsRune("!#$%&'*+.^_`|~-", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')) {
					return "", fault{"is not the name of a header", ""}
				}
			}
			if s == "" {
				return "", fault{"is not the name of a header", ""}
			}
			switch http.CanonicalHeaderKey(s) {
			case "Host", "Content-Length", "Connection", "Transfer-Encoding", "Cookie":
				return "", fault{"is a header that belongs to the browser", ""}
			}
			return s, fault{}
		},
	}
	value := textCodec(true)
	read := value.read
	value.read = func(r reader, n *node) (journey.Text, bool) {
		t, ok := read(r, n)
		if ok && strings.ContainsFunc(t.Reveal(journey.Facts{}), func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }) {
			r.fail(n, "header "+r.key+" holds a line break or another control character", "one line of text", "")
			return t, false
		}
		return t, ok
	}
	return mapped(mapOf(name, value, nil), func(all []named[journey.Text]) map[string]journey.Text {
		m := make(map[string]journey.Text, len(all))
		for _, h := range all {
			m[h.key.value] = h.value
		}
		return m
	})
}

// curve is the site's own figures. More wait never brings customers back.
func curve() codec[[]journey.CurvePoint] {
	c := mapOf(durationKeys(), share().codec(), nil)
	read := c.read
	return codec[[]journey.CurvePoint]{
		want: `a map of waits to shares, as {3s: 10%, 10s: 45%}`, schema: c.schema,
		read: func(r reader, n *node) ([]journey.CurvePoint, bool) {
			all, ok := read(r, n)
			if !ok {
				return nil, false
			}
			type point struct {
				journey.CurvePoint
				key *node
			}
			points := make([]point, 0, len(all))
			for _, p := range all {
				wait, _ := parseDuration(p.key.value)
				points = append(points, point{journey.CurvePoint{Wait: wait, Share: p.value}, p.key})
			}
			slices.SortStableFunc(points, func(a, b point) int { return cmp.Compare(a.Wait, b.Wait) })
			var curve []journey.CurvePoint
			for i, p := range points {
				switch {
				case i > 0 && points[i-1].Wait == p.Wait:
					r.fail(p.key, fmt.Sprintf("curve has %s twice", quoted(p.key.value)), "each wait once", "")
					ok = false
				case i > 0 && points[i-1].Share > p.Share:
					r.fail(p.key, fmt.Sprintf("curve falls at %s", quoted(p.key.value)), "a share that grows with the wait", "")
					ok = false
				}
				curve = append(curve, p.CurvePoint)
			}
			return curve, ok
		},
	}
}

// durationKeys is a duration as a key, where ${…} has no meaning.
func durationKeys() word[string] {
	d := duration(0)
	return word[string]{
		noun: "durations", want: d.want, pattern: d.pattern,
		parse: func(s string) (string, fault) {
			_, f := d.parse(s)
			return s, f
		},
	}
}

// alerts says when an incident opens and resolves; zero is what a more
// general block says.
func alerts() codec[journey.Alerts] {
	return object[journey.Alerts]{
		name: "alerts", example: "{at: bad, open: 2 of 3, resolve: 2}",
		fields: []field[journey.Alerts]{
			key("at", "The least outcome that counts.", choice(journey.Slow, journey.Bad, journey.Critical, journey.Failed), func(a *journey.Alerts, v journey.Outcome) { a.At = v }),
			key("open", "So many of the last so many results.", open().codec(), func(a *journey.Alerts, v [2]int) { a.Open, a.Of = v[0], v[1] }),
			key("resolve", "So many better results in a row.", whole(1, 100).codec(), func(a *journey.Alerts, v int) { a.Resolve = v }),
			key("remind", "How often somebody is reminded of an incident that nobody acknowledged; off = never.", remind().codec(), func(a *journey.Alerts, v time.Duration) { a.Remind = v }),
		},
	}.codec()
}

// open is "2 of 3".
func open() word[[2]int] {
	return word[[2]int]{
		noun: "a quorum", want: "how many of how many, such as 2 of 3", pattern: `^[0-9]+ of [0-9]+$`,
		parse: func(s string) ([2]int, fault) {
			n, of, ok := strings.Cut(s, " of ")
			k, f1 := whole(1, 100).parse(n)
			m, f2 := whole(1, 100).parse(of)
			switch {
			case !ok && !f1.bad():
				return [2]int{}, fault{"does not say of how many", fmt.Sprintf("write %d of %d", k, k)}
			case !ok || f1.bad() || f2.bad():
				return [2]int{}, fault{"is not so many of so many, from 1 to 100", ""}
			case k > m:
				return [2]int{}, fault{"asks for more than there are", fmt.Sprintf("write %d of %d", m, k)}
			}
			return [2]int{k, m}, fault{}
		},
	}
}

// remind is a duration, or off.
func remind() word[time.Duration] {
	w := duration(time.Minute)
	w.want = "off, or a duration such as 4h"
	w.pattern = `^(off|([0-9]+(\.[0-9]+)?(ms|s|m|h|d))+)$`
	parse := w.parse
	w.parse = func(s string) (time.Duration, fault) {
		if s == "off" {
			return -1, fault{}
		}
		return parse(s)
	}
	return w
}

func mergeAlerts(general, special journey.Alerts) journey.Alerts {
	if special.At != "" {
		general.At = special.At
	}
	if special.Of > 0 {
		general.Open, general.Of = special.Open, special.Of
	}
	if special.Resolve > 0 {
		general.Resolve = special.Resolve
	}
	if special.Remind != 0 {
		general.Remind = special.Remind
	}
	return general
}
