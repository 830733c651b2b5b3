package recording

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"samui/internal/journey"
)

// secret is what nobody should read in a file.
type secret struct {
	name  string // as in ${secret:NAME}
	sort  string // what its name ends with: PASSWORD
	noun  string // "a password"
	value string
}

func (s secret) source() string { return "${secret:" + s.name + "}" }

func (s secret) text() journey.Text {
	return journey.NewText(journey.Part{Secret: journey.NewSecret(s.value), Source: s.source()})
}

// vault holds the secrets of a recording. They are found before anything is
// written, so that none of them slips through elsewhere.
type vault struct {
	base   string // what the names begin with
	byStep map[int]secret
	all    []secret
}

func newVault(base string, steps []step) vault {
	v := vault{base: base, byStep: map[int]secret{}}
	var before element
	for i, s := range steps {
		if s.kind != "change" {
			continue
		}
		e := elementOf(s)
		last := i+1 == len(steps) || steps[i+1].kind != "change"
		if kind, ok := secretKind(s.value, e, before, last); ok && s.value != "" {
			v.byStep[s.n] = v.keep(kind, s.value)
		}
		before = e
	}
	for _, s := range steps {
		if _, known := v.byStep[s.n]; s.kind == "change" && !known && v.leaks(s.value) {
			v.byStep[s.n] = v.keep(kindOfSecret{suffix: "TEXT", noun: "a text that holds a secret"}, s.value)
		}
	}
	return v
}

// secretKind is what sort of secret somebody typed into a field.
func secretKind(value string, e, before element, last bool) (kindOfSecret, bool) {
	kinds := secrets()
	find := func(suffix string) kindOfSecret {
		return kinds[slices.IndexFunc(kinds, func(k kindOfSecret) bool { return k.suffix == suffix })]
	}
	if e.input == "password" {
		return find("PASSWORD"), true
	}
	for _, k := range kinds {
		if k.says(e.words...) {
			return k, true
		}
	}
	if isCardNumber(value) {
		return find("CARD_NUMBER"), true
	}
	// A field without a name behind that of an account, the last before the
	// form is sent: that is what forms ask a password in.
	if e.name == "" && last && accounts().says(before.words...) && !accounts().says(e.words...) {
		k := find("PASSWORD")
		k.noun = "what may be a password"
		return k, true
	}
	return kindOfSecret{}, false
}

// keep gives a secret its name; the same one has the same.
func (v *vault) keep(k kindOfSecret, value string) secret {
	name := v.base + k.suffix
	for n := 1; ; n++ {
		if n > 1 {
			name = fmt.Sprintf("%s%s_%d", v.base, k.suffix, n)
		}
		i := slices.IndexFunc(v.all, func(s secret) bool { return s.name == name })
		if i < 0 {
			s := secret{name, k.suffix, k.noun, value}
			v.all = append(v.all, s)
			return s
		}
		if v.all[i].value == value {
			return v.all[i]
		}
	}
}

// shortest is how long a secret must be, in characters, to be looked for in
// other texts: shorter ones are in half of them.
const shortest = 4

// forms are the ways in which a secret may stand in other texts. One that
// everybody would try first is in many of them by itself.
func (s secret) forms() []string {
	everyday := []string{"password", "passwort", "secret", "admin", "test", "demo", "user", "guest", "root", "login", "example"}
	if utf8.RuneCountInString(s.value) < shortest || slices.Contains(everyday, strings.ToLower(s.value)) {
		return nil
	}
	quoted := strconv.Quote(s.value)
	all := []string{s.value, oneLine(s.value), shown(s.value), quoted[1 : len(quoted)-1], url.QueryEscape(s.value), url.PathEscape(s.value), slug(s.value)}
	return slices.DeleteFunc(all, func(f string) bool { return utf8.RuneCountInString(f) < shortest })
}

// leaks reports whether a text holds one of the secrets.
func (v vault) leaks(text string) bool {
	return slices.ContainsFunc(v.all, func(s secret) bool {
		return slices.ContainsFunc(s.forms(), func(f string) bool { return strings.Contains(text, f) })
	})
}

// redacted is a text without the secrets that somebody may have put into it.
func (v vault) redacted(text string) string {
	for _, s := range v.all {
		for _, f := range s.forms() {
			text = strings.ReplaceAll(text, f, "<secret>")
		}
	}
	return text
}

// isCardNumber reports whether a text is the number of a payment card: 13 to
// 19 digits that pass the Luhn check.
func isCardNumber(s string) bool {
	sum, n := 0, 0
	for i := len(s) - 1; i >= 0; i-- {
		switch c := s[i]; {
		case c == ' ' || c == '-':
		case c < '0' || c > '9':
			return false
		default:
			d := int(c - '0')
			if n%2 == 1 {
				if d *= 2; d > 9 {
					d -= 9
				}
			}
			sum += d
			n++
		}
	}
	return n >= 13 && n <= 19 && sum%10 == 0 && sum > 0
}

// secretBase is what the names of secrets begin with: the site's, since its
// journeys share an account, else that of its host.
func secretBase(site, host, id string) string {
	base := site
	if base == "" {
		base = id
		name := strings.TrimPrefix(strings.ToLower(host), "www.")
		if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err != nil && name != "localhost" {
			labels := strings.Split(name, ".")
			if i := slices.IndexFunc(labels, func(l string) bool { return slug(l) != "" }); i >= 0 {
				base = labels[i]
			}
		}
	}
	base = strings.ToUpper(strings.ReplaceAll(slug(base), "-", "_"))
	if base == "" || base[0] <= '9' {
		base = "SITE_" + base
	}
	return strings.TrimSuffix(base, "_") + "_"
}
