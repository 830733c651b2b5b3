package recording

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"samui/internal/journey"
)

// web is an address of a page, or false: what isn't http(s), or isn't an
// address that a journey can hold.
func web(raw string) (*url.URL, bool) {
	raw = strings.TrimSpace(strings.ToValidUTF8(raw, ""))
	u, err := url.Parse(escapeLone(raw))
	if err != nil || u.Opaque != "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, false
	}
	name := u.Hostname()
	if name == "" || len(raw) > 4000 || strings.ContainsFunc(u.Host, func(r rune) bool {
		return r <= ' ' || unicode.IsSpace(r) || unseen(r) || strings.ContainsRune(`<>"'\^{|}$%`, r)
	}) {
		return nil, false
	}
	if strings.ContainsAny(name, ":[]") {
		if _, err := netip.ParseAddr(name); err != nil {
			return nil, false
		}
	}
	if p := u.Port(); p != "" {
		if n, err := strconv.ParseUint(p, 10, 16); err != nil || n == 0 {
			return nil, false
		}
	}
	u.Host = strings.TrimSuffix(strings.ToLower(u.Host), ":")
	return u, true
}

// escapeLone escapes each % that begins no escape, which browsers let pass.
func escapeLone(s string) string {
	isHex := func(i int) bool { return i < len(s) && strings.IndexByte("0123456789abcdefABCDEF", s[i]) >= 0 }
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		if s[i] == '%' && (!isHex(i+1) || !isHex(i+2)) {
			b.WriteString("25")
		}
	}
	return b.String()
}

// origin is where a site begins.
func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// address is a URL as a journey holds it.
type address struct {
	text    journey.Text
	dropped []string // parameters that say where a visitor came from
	secrets []secret // parameters that nobody should read
	lost    []string // such parameters of other sites, and what stood behind the #
	account bool     // it held a user and a password, which are left out
}

// open is where a step goes, seen from where the site's paths start.
func (im *importer) open(u *url.URL) address {
	a := address{account: u.User != nil}
	all := parameters(u.RawQuery)
	start, path := im.relative(u)
	foreign := !im.own(u) || start != "" && !im.hosts.OwnsURL(start)
	parts := []journey.Part{{Literal: start + path}}
	add := func(s string) { parts = append(parts, journey.Part{Literal: s}) }
	mark := "?"
	for _, p := range all {
		switch im.meaningOf(p) {
		case origins:
			a.dropped = append(a.dropped, p.name)
			continue
		case private:
			if foreign {
				a.lost = append(a.lost, p.name)
				continue
			}
			s := im.vault.keep(kindOfSecret{suffix: secretSuffix(p.name)}, p.value)
			a.secrets = append(a.secrets, s)
			add(mark + p.rawName() + "=")
			parts = append(parts, journey.Part{Secret: journey.NewSecret(s.value), Source: s.source()})
		case itself, passing:
			add(mark + p.raw)
		}
		mark = "&"
	}
	switch f := fragment(u); {
	case f != "" && !im.vault.leaks(f):
		add("#" + f)
	case u.Fragment != "" && !strings.HasPrefix(u.Fragment, ":~:"):
		a.lost = append(a.lost, "#…")
	}
	a.text = journey.NewText(joined(parts)...)
	return a
}

// joined puts literals that follow each other together.
func joined(parts []journey.Part) []journey.Part {
	var all []journey.Part
	for _, p := range parts {
		if last := len(all) - 1; p.Source == "" && last >= 0 && all[last].Source == "" {
			all[last].Literal += p.Literal
			continue
		}
		all = append(all, p)
	}
	return all
}

// relative is a URL's path seen from where the site's paths start; else what
// stands before it.
func (im *importer) relative(u *url.URL) (start, path string) {
	path = tame(u.EscapedPath())
	if path == "" {
		path = "/"
	}
	if !im.own(u) || strings.HasPrefix(path, "//") {
		return origin(u), path
	}
	root := tame(im.site.EscapedPath())
	if path == root {
		return "", "/"
	}
	inside, ok := strings.CutPrefix(path, root+"/")
	if !ok {
		return origin(u), path
	}
	return "", "/" + inside
}

// own reports whether a URL is one of the site that was recorded.
func (im *importer) own(u *url.URL) bool { return origin(u) == origin(im.site) }

// tame leaves nothing in a part of a URL that a path may not hold.
func tame(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r <= ' ' || r == 0x7f || unicode.IsSpace(r) || unicode.IsControl(r) || unseen(r) {
			b.WriteString(url.PathEscape(string(r)))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// fragment is what stands behind the #, where it is an address of its own.
func fragment(u *url.URL) string {
	f := u.EscapedFragment()
	if strings.Contains(f, ":~:") || tokens().says(f) || len(f) > 200 {
		return ""
	}
	return tame(f)
}

// parameter is a part of a query.
type parameter struct {
	raw         string
	name, value string // escapes undone
}

func (p parameter) rawName() string {
	name, _, _ := strings.Cut(p.raw, "=")
	return name
}

func parameters(query string) []parameter {
	var all []parameter
	for raw := range strings.SplitSeq(query, "&") {
		if raw == "" {
			continue
		}
		p := parameter{raw: tame(raw)}
		name, value, _ := strings.Cut(raw, "=")
		p.name, p.value = unescaped(name), unescaped(value)
		all = append(all, p)
	}
	return all
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil && utf8.ValidString(plain) {
		return plain
	}
	return s
}

// meaning is what a parameter of a query is.
type meaning int

const (
	itself  meaning = iota
	origins         // says where the visitor came from
	private         // nobody should read it
	passing         // another each time
)

func (im *importer) meaningOf(p parameter) meaning {
	name := strings.ToLower(p.name)
	switch {
	case isTracking(name):
		return origins
	case p.value != "" && (tokens().says(name) || im.vault.leaks(p.value)):
		return private
	case looksRandom(p.value):
		return passing
	}
	return itself
}

func isTracking(name string) bool {
	for _, prefix := range []string{"utm_", "hsa_", "pk_", "mtm_", "matomo_", "oly_", "vero_", "gad_", "_hs", "ga_", "itm_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return slices.Contains(strings.Fields(`gclid gclsrc gbraid wbraid dclid fbclid msclkid yclid ttclid twclid li_fat_id igshid igsh mc_cid mc_eid _ga _gl
		srsltid mkt_tok wickedid s_kwcid ef_id epik cjevent irclickid zanpid rb_clickid sscid`), name)
}

// tokens are the parameters that let somebody in.
func tokens() lexicon {
	return lexicon{
		[]string{"token", "password", "passwd", "secret", "apikey", "api_key", "signature", "jsessionid", "phpsessid"},
		[]string{"sid", "session", "sessionid", "auth", "jwt", "sig", "pwd", "otp", "code verifier"},
	}
}

// secretSuffix makes the name of a parameter one of a secret.
func secretSuffix(name string) string {
	if s := strings.ToUpper(strings.ReplaceAll(slug(wordsOf(name)), "-", "_")); s != "" {
		return s
	}
	return "KEY"
}

// looksRandom reports whether a part of an address is a number or a key that
// is another one next time.
func looksRandom(s string) bool {
	digits, letters, others := 0, 0, 0
	upper, mixed := true, strings.ToUpper(s) != s && strings.ToLower(s) != s
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case unicode.IsLetter(r):
			letters++
			upper = upper && unicode.IsUpper(r)
		default:
			others++
		}
	}
	switch {
	case digits == 0:
		return false
	case letters == 0:
		return digits >= 5
	case upper:
		return digits >= 4 || digits+letters >= 8
	case len(strings.Split(s, "-")) > 2 && regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`).MatchString(s):
		return true
	}
	return others <= 1 && (digits >= 3 && digits+letters >= 12 || mixed && digits+letters >= 16)
}
