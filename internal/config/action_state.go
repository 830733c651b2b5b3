package config

import (
	"strings"

	"samui/internal/journey"
)

// settable are what set: gives a value, one at a time.
func settable() []string {
	return []string{string(journey.KeptCookie), string(journey.KeptStorage), string(journey.KeptSession)}
}

// keptTips tell those who write set: or forget: as other tools have it.
func keptTips() map[string]string {
	return map[string]string{
		"cookie": "write set: {cookie: NAME, to: VALUE}; one that must be there stands in expect:", "cookies": "write set: {cookie: NAME, to: VALUE}, or forget: cookies", "set_cookie": "write set: {cookie: NAME, to: VALUE}", "add_cookie": "write set: {cookie: NAME, to: VALUE}", "add_cookies": "write set: {cookie: NAME, to: VALUE}",
		"storage": "write set: {storage: KEY, to: VALUE}, or forget: storage", "local_storage": "write set: {storage: KEY, to: VALUE}", "localStorage": "write set: {storage: KEY, to: VALUE}", "set_storage": "write set: {storage: KEY, to: VALUE}", "session_storage": "write set: {session: KEY, to: VALUE}", "sessionStorage": "write set: {session: KEY, to: VALUE}",
		"clear_cookies": "write forget: cookies", "delete_cookies": "write forget: cookies", "delete_cookie": "write forget: {cookie: NAME}", "remove_cookie": "write forget: {cookie: NAME}", "clear_storage": "write forget: storage", "clear_local_storage": "write forget: storage", "clear_cache": "write forget: everything", "clear_state": "write forget: everything", "reset": "write forget: everything",
	}
}

// setting is set:.
func setting() codec[journey.Action] {
	name := func(what journey.Kept) func(*journey.Action, string) {
		return func(a *journey.Action, s string) { a.Kept, a.Name = what, s }
	}
	o := object[journey.Action]{
		name: "set", example: "{cookie: NAME, to: VALUE}, {storage: KEY, to: VALUE} or {session: KEY, to: VALUE}",
		fields: []field[journey.Action]{
			key("cookie", "The cookie's name. It is for the host of the site's URL, all its paths, and for as long as the visit.", cookieName().exactly(), name(journey.KeptCookie)),
			key("storage", "A key of localStorage, of the site's own origin. Where the page is another's, it is there before the next page of the site runs a script.", storageKey().exactly(), name(journey.KeptStorage)),
			key("session", "A key of sessionStorage; else as storage:.", storageKey().exactly(), name(journey.KeptSession)),
			must(key("to", "The value, as a text.", textCodec(true), func(a *journey.Action, t journey.Text) { a.With = t })),
		},
		rules: []rule{exactlyOne("exactly one of cookie, storage and session", "write cookie: NAME", settable())},
		tips: map[string]string{
			"value": "write to: …", "with": "write to: …", "is": "write to: …", "name": "the name stands behind what it is: {cookie: NAME, to: …}", "named": "the name stands behind what it is: {cookie: NAME, to: …}", "key": "the key stands behind what it is: {storage: KEY, to: …}",
			"cookies": "write cookie: NAME, one at a time", "local_storage": "write storage: KEY", "localStorage": "write storage: KEY", "local": "write storage: KEY", "session_storage": "write session: KEY", "sessionStorage": "write session: KEY",
			"domain": "a cookie is the site's own: leave it out", "host": "a cookie is the site's own: leave it out", "url": "it is the site's own: leave it out", "path": "a cookie is for every path: leave it out", "secure": "it is, where the site is https: leave it out", "http_only": "scripts see it: leave it out", "httpOnly": "scripts see it: leave it out", "expires": "a visit ends before any cookie: leave it out", "max_age": "a visit ends before any cookie: leave it out", "same_site": "leave it out",
			"header": "headers: belong to the site and to request:", "var": "vars: belong to the journey; save: takes what a page shows",
		},
		check: func(r reader, n *node, a *journey.Action) bool {
			if a.Kept != journey.KeptCookie {
				return true
			}
			// What is known only on the visit is looked at there.
			var known strings.Builder
			for _, p := range a.With.Parts() {
				known.WriteString(p.Literal)
				if p.Source != "" {
					known.WriteString("x")
				}
			}
			if err := journey.CheckCookie(a.Name, known.String()); err != nil {
				r.fail(n.find("to"), "set: "+err.Error(), "a value without it", "encode it as the site's own scripts do, mostly with encodeURIComponent")
				return false
			}
			return true
		},
	}
	return o.codec()
}

// storageKey is a key of the storage, whatever it is made of.
func storageKey() word[string] {
	return word[string]{
		noun: "a key", want: "a key of the storage such as cart", pattern: `^[^\x00]+$`,
		parse: func(s string) (string, fault) {
			if s == "" {
				return "", fault{"is empty", ""}
			}
			return s, fault{}
		},
	}
}

// forgetting is forget:.
func forgetting() codec[journey.Action] {
	plain := mapped(choice(journey.KeptCookies, journey.KeptStorage, journey.KeptEverything), func(k journey.Kept) journey.Action { return journey.Action{Kept: k} })
	o := object[journey.Action]{
		name: "forget", example: "cookies, storage, everything or {cookie: NAME}",
		fields: []field[journey.Action]{
			must(key("cookie", "The name of the one cookie that is lost, whoever of the site's hosts set it.", cookieName().exactly(), func(a *journey.Action, s string) {
				a.Kept, a.Name = journey.KeptCookie, s
			})),
		},
		tips: map[string]string{
			"cookies": "write forget: cookies", "name": "write cookie: NAME", "named": "write cookie: NAME", "storage": "write forget: storage, which loses all of it; set: {storage: KEY, to: \"\"} empties one value", "session": "write forget: storage, which loses all of it; set: {session: KEY, to: \"\"} empties one value",
			"cache": "write forget: everything", "everything": "write forget: everything", "all": "write forget: everything",
		},
	}
	return either(plain, o.codec())
}

// writtenKept is what stands behind set: and forget:.
func writtenKept(a journey.Action) string {
	var k flowKeys
	if a.Name != "" {
		k.add(string(a.Kept), scalarText(a.Name, true))
	}
	if a.Verb == journey.Set {
		k.add("to", scalarText(textSource(a.With), true))
	}
	if len(k) == 0 {
		return string(a.Kept)
	}
	return k.String()
}
