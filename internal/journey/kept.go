package journey

import (
	"errors"
	"strings"
)

// Kept says what of all that a browser keeps for a site set and forget are
// about.
type Kept string

// What a browser keeps for a site. A cookie, a key of the storage and one of
// the session are set one by one; a cookie is forgotten alone or with all
// others, the storage as a whole.
const (
	KeptCookie     Kept = "cookie"
	KeptStorage    Kept = "storage" // localStorage; forget: sessionStorage too
	KeptSession    Kept = "session" // sessionStorage
	KeptCookies    Kept = "cookies"
	KeptEverything Kept = "everything" // cookies, storage, databases, caches and service workers
)

// Prepares reports whether an action is none of the customer's: it lets time
// pass, or changes what the browser knows of the site.
func (a Action) Prepares() bool { return a.Verb == Pause || a.Verb == Set || a.Verb == Forget }

// NeedsNoPage reports whether an action fits into a step of requests beside
// them: it waits, or changes the cookies that they send.
func (a Action) NeedsNoPage() bool {
	return a.Verb == Pause || (a.Verb == Set || a.Verb == Forget) && (a.Kept == KeptCookie || a.Kept == KeptCookies)
}

// GetsCookie reports whether a cookie of a domain, as browsers write it, is
// sent to one of the site's hosts. A leading dot says that it is sent to
// subdomains too.
func (s Site) GetsCookie(domain string) bool {
	name := strings.TrimPrefix(domain, ".")
	if s.Owns(name) {
		return true
	}
	if name == domain {
		return false
	}
	for _, h := range s.Hosts {
		if h = hostname(h); !isAddress(h) && strings.HasSuffix(h, "."+hostname(name)) {
			return true
		}
	}
	return false
}

// maxCookie is how long browsers let a cookie's name and value be together.
const maxCookie = 4096

// CheckCookie says what keeps a text from being the value of a cookie of this
// name. It doesn't repeat the text.
func CheckCookie(name, value string) error {
	switch {
	case strings.ContainsAny(value, "\r\n"):
		return errors.New("a cookie can't hold a line break")
	case strings.Contains(value, ";"):
		return errors.New("a cookie can't hold a semicolon")
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return errors.New("a cookie can't hold a control character")
	case strings.TrimSpace(value) != value:
		return errors.New("a cookie can't begin or end with a space")
	case len(name)+len(value) > maxCookie:
		return errors.New("a cookie can't be longer than 4 KiB")
	}
	return nil
}
