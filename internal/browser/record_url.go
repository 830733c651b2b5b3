package browser

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	mostAddress = 1024 // bytes of an address that are kept
	mostWord    = 100  // bytes of a status text, a media type …
)

// recordedURL is an address as it is kept: without account and fragment, the
// values of parameters that let somebody in hidden, cut off with … where it is
// long. It is false where nothing is fetched for it: data:, blob:, about:.
func recordedURL(raw string) (address string, fetched bool) {
	scheme, rest, _ := strings.Cut(raw, ":")
	switch scheme {
	case "http", "https", "ws", "wss":
	default:
		return "", false
	}
	rest, _, _ = strings.Cut(rest, "#")
	path, query, asks := strings.Cut(rest, "?")
	host, below, _ := strings.Cut(strings.TrimPrefix(path, "//"), "/")
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		path = "//" + host[at+1:] + "/" + below
	}
	address = scheme + ":" + path
	if asks {
		address += "?" + withoutCredentials(query)
	}
	return strings.Clone(bounded(address, mostAddress)), true
}

// withoutCredentials is a query in which the values are hidden that let
// somebody in.
func withoutCredentials(query string) string {
	pairs := strings.FieldsFunc(query, func(c rune) bool { return c == '&' || c == ';' })
	hidden := false
	for i, pair := range pairs {
		name, value, has := strings.Cut(pair, "=")
		if !has || value == "" {
			continue
		}
		plain, err := url.QueryUnescape(name)
		if err != nil {
			plain = name
		}
		if letsIn(plain) {
			pairs[i], hidden = name+"=<hidden>", true
		}
	}
	if !hidden {
		return query
	}
	return strings.Join(pairs, "&")
}

// letsIn reports whether a parameter is called like what lets somebody in.
func letsIn(name string) bool {
	name = strings.Map(func(c rune) rune {
		if strings.ContainsRune("-_.[]", c) {
			return -1
		}
		return unicode.ToLower(c)
	}, name)
	switch name {
	case "code", "key", "sid", "sig", "pin", "otp", "pwd", "pass", "sessid", "jsessionid", "phpsessid":
		return true
	}
	for _, part := range []string{"token", "secret", "passw", "auth", "session", "jwt", "signature", "credential", "apikey", "accesskey"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// bounded cuts a text off behind its last whole character, with …, which tells
// those who hide secrets that there may be half of one.
func bounded(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}
