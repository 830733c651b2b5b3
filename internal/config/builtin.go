package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"samui/internal/journey"
	"samui/internal/totp"
)

// wantReference is what may stand in ${…}.
const wantReference = "${NAME}, ${env:NAME}, ${secret:NAME}, ${date:+30d}, ${now}, ${uuid}, ${random:a|b}, ${run}, ${location} or ${totp:NAME}"

// referenceForms are the words that stand before a colon in ${…}.
func referenceForms() []string { return []string{"env", "secret", "date", "now", "random", "totp"} }

// onVisit refuses what comes up on a visit where texts are used elsewhere.
func (r reader) onVisit(n *node, inside string) bool {
	if r.scope.dates {
		return true
	}
	r.fail(n, fmt.Sprintf("%s holds ${%s}, which is known only on a visit", r.key, inside), "a text that is known before", "")
	return false
}

// live is one part that comes up on the visit.
func live(inside string, l journey.Live) []journey.Part {
	return []journey.Part{{Source: "${" + inside + "}", Live: &l}}
}

// builtIn is what ${…} knows by a bare name.
func (r reader) builtIn(n *node, name string) ([]journey.Part, bool) {
	if !r.onVisit(n, name) {
		return nil, false
	}
	return live(name, journey.Live{Kind: journey.LiveKind(name)}), true
}

// now is the time of the visit: +2h, 15:04 or +2h:15:04.
func (r reader) now(n *node, inside, rest string) ([]journey.Part, bool) {
	const want = "${now}, ${now:+2h}, ${now:15:04} or ${now:+2h:15:04}"
	if !r.onVisit(n, inside) {
		return nil, false
	}
	l := journey.Live{Kind: journey.LiveNow, Layout: rest}
	if strings.HasPrefix(rest, "+") || strings.HasPrefix(rest, "-") {
		offset, layout, hasLayout := strings.Cut(rest, ":")
		d, err := time.ParseDuration(offset)
		if err != nil || !regexp.MustCompile(`^[+-]([0-9]{1,6}[hms])+$`).MatchString(offset) {
			hint := "write +2h for in two hours, -90m for an hour and a half ago"
			if strings.HasSuffix(offset, "d") {
				hint = "write ${date:" + offset + "} for a day, or so many hours"
			}
			r.fail(n, fmt.Sprintf("%s holds ${%s}", r.key, inside), want, hint)
			return nil, false
		}
		if hasLayout && layout == "" {
			r.fail(n, fmt.Sprintf("%s holds ${%s}, with no form behind the colon", r.key, inside), want, "write ${now:"+offset+"}")
			return nil, false
		}
		l.Offset, l.Layout = d, layout
	} else if !isTimeLayout(rest) {
		hint := "write four past three in the afternoon of the second of January 2006 in the form that you want: 15:04, 3:04 pm, 2006-01-02 15:04"
		if regexp.MustCompile(`^[0-9]+[a-z]+$`).MatchString(rest) {
			hint = "write ${now:+" + rest + "}"
		}
		r.fail(n, fmt.Sprintf("%s holds ${%s}, whose form says no time", r.key, inside), want, hint)
		return nil, false
	}
	if l.Layout != "" && !isTimeLayout(l.Layout) {
		r.fail(n, fmt.Sprintf("%s holds ${%s}, whose form says no time", r.key, inside), want, "write four past three in the afternoon in the form that you want: 15:04, 3:04 pm")
		return nil, false
	}
	return live(inside, l), true
}

// isTimeLayout reports whether a layout of package time says something of the
// time or the day.
func isTimeLayout(layout string) bool {
	if regexp.MustCompile(`^[0-9]+[a-z]+$`).MatchString(layout) {
		return false // 2h: a 2 is the day to package time, and nobody's meaning
	}
	one := time.Date(2001, time.February, 3, 4, 5, 6, 7e6, time.UTC)
	other := time.Date(2012, time.November, 25, 18, 19, 20, 8e6, time.UTC)
	return one.Format(layout) != other.Format(layout)
}

// random is one of several texts, chosen anew for each visit.
func (r reader) random(n *node, inside, rest string) ([]journey.Part, bool) {
	const want = "${random:red|green|blue}"
	if !r.onVisit(n, inside) {
		return nil, false
	}
	choices := strings.Split(rest, "|")
	for i, c := range choices {
		choices[i] = strings.TrimSpace(c)
	}
	var hint string
	switch {
	case len(choices) < 2 && strings.ContainsAny(rest, ",;"):
		hint = "put | between what is chosen from"
	case len(choices) < 2:
		hint = "there is nothing to choose from; put | between two or more texts"
	case slices.Contains(choices, ""):
		hint = "something stands on both sides of every |"
	default:
		return live(inside, journey.Live{Kind: journey.LiveRandom, Choices: choices}), true
	}
	r.fail(n, fmt.Sprintf("%s holds ${%s}", r.key, inside), want, hint)
	return nil, false
}

// code is the code of an authenticator app.
func (r reader) code(n *node, inside, name string) ([]journey.Part, bool) {
	if !r.onVisit(n, inside) {
		return nil, false
	}
	key, ok := r.secretValue(n, inside, name)
	if !ok {
		return nil, false
	}
	if !r.scope.env.NoSecrets {
		_, err := totp.Parse(key.Reveal())
		if wrong, ok := errors.AsType[*totp.Error](err); ok {
			r.fail(n, fmt.Sprintf("%s holds ${%s}, and the secret %s %s", r.key, inside, name, wrong.What), "the key of an authenticator app, in base32 or as an otpauth:// address", wrong.Hint)
			return nil, false
		}
	}
	return []journey.Part{{Source: "${" + inside + "}", Secret: key, Live: &journey.Live{Kind: journey.LiveCode}}}, true
}
