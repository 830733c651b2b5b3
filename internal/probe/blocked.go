package probe

import (
	"fmt"
	"net/http"
	"strings"
)

// pageSigns is what a refusal is recognised by.
type pageSigns struct {
	Status  int // of the main document, 0 unknown
	URL     string
	Title   string
	Text    string            // visible text, folded, its first 4 KB
	Headers map[string]string // response headers of the main document, lower-case names
	Frames  []string          // iframe URLs
	Scripts []string          // script URLs in the document
}

// refused reports whether the page is the site's refusal of a robot, and by
// what sign, in words for whoever runs Samui.
//
// It errs towards false: a refusal taken for a failure is looked into, while a
// failure taken for a refusal is never told to the people on call. So a 403
// alone is none (an application has reasons of its own to say no), nor is a
// captcha within a page that is otherwise there.
func refused(p pageSigns) (string, bool) {
	p = p.normalised()
	for _, s := range signs() {
		if evidence, ok := s.matches(p); ok {
			return fmt.Sprintf("%s (%s)", s.what, evidence), true
		}
	}
	if phrase, ok := robotPhrase(p); ok {
		return fmt.Sprintf("firewall that takes us for a robot (status %d, the page says %q)", p.Status, phrase), true
	}
	if frame, ok := captchaPage(p); ok {
		return fmt.Sprintf("captcha instead of the page (status %d, frame %s)", p.Status, frame), true
	}
	if p.Status == http.StatusTooManyRequests {
		return "too many requests for this site (status 429)", true
	}
	return "", false
}

// normalised is p in lower case and with plain dots and quotes, as the tables
// below are written.
func (p pageSigns) normalised() pageSigns {
	plain := strings.NewReplacer("…", "...", "’", "'", "‘", "'", "“", `"`, "”", `"`, "\u00a0", " ")
	fold := func(s string) string { return strings.ToLower(plain.Replace(s)) }
	each := func(list []string) []string {
		folded := make([]string, len(list))
		for i, s := range list {
			folded[i] = fold(s)
		}
		return folded
	}
	headers := make(map[string]string, len(p.Headers))
	for name, value := range p.Headers {
		headers[strings.ToLower(name)] = fold(value)
	}
	return pageSigns{
		Status: p.Status, URL: fold(p.URL), Title: strings.TrimSpace(fold(p.Title)), Text: fold(p.Text),
		Headers: headers, Frames: each(p.Frames), Scripts: each(p.Scripts),
	}
}

// denied reports whether the status is one that firewalls refuse with. 401, 404,
// 500 and 502 are the site's own, whatever its layout shows beside them.
func (p pageSigns) denied() bool {
	switch p.Status {
	case http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotAcceptable,
		http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return true
	default:
		return false
	}
}

// bare is the length in bytes of visible text up to which a page has nothing
// but the refusal on it; the longest of the known ones stay below.
const bare = 1200

func (p pageSigns) isBare() bool { return len(p.Text) <= bare }

// sign is one way in which a refusal shows. All that is given must be there.
type sign struct {
	what          string // who refuses, for people
	denied        bool   // the status refuses, too
	status        int    // the status is this one; 0 is any
	bare          bool   // the page has little else on it
	header, value string // a response header that contains value; an empty value is any
	url           string // the page's URL contains it
	title         string // the title contains it
	text          []string
	frame         string // an iframe's URL contains it
	script        string // a script's URL contains it
}

// matches reports whether the page shows the sign, and what was seen.
func (s sign) matches(p pageSigns) (evidence string, ok bool) {
	if s.denied && !p.denied() || s.bare && !p.isBare() || s.status != 0 && s.status != p.Status {
		return "", false
	}
	var seen []string
	has := func(what, where, part string) bool {
		if part != "" && strings.Contains(where, part) {
			seen = append(seen, what)
			return true
		}
		return part == ""
	}
	if s.header != "" {
		value, there := p.Headers[s.header]
		if !there || !strings.Contains(value, s.value) {
			return "", false
		}
		if len(value) > 30 {
			value = "…" // a token, which tells nobody anything
		}
		seen = append(seen, s.header+": "+value)
	}
	if s.denied || s.status != 0 {
		seen = append(seen, fmt.Sprintf("status %d", p.Status))
	}
	ok = has("redirected to "+s.url, p.URL, s.url) &&
		has(fmt.Sprintf("title %q", s.title), p.Title, s.title) &&
		has("frame "+s.frame, strings.Join(p.Frames, " "), s.frame) &&
		has("script "+s.script, strings.Join(p.Scripts, " "), s.script)
	for _, t := range s.text {
		ok = ok && has(fmt.Sprintf("the page says %q", t), p.Text, t)
	}
	return strings.Join(seen, ", "), ok
}

// robotPhrase finds words that only somebody who suspects a robot says, in a
// page whose status refuses. Single words won't do: shops sell robots, too.
func robotPhrase(p pageSigns) (string, bool) {
	if !p.denied() || !p.isBare() {
		return "", false
	}
	for _, phrase := range []string{
		"verify you are human", "verify you're human", "verify that you are human", "verify that you are not a robot",
		"confirm you are human", "confirm that you are human", "prove you are human", "prove that you are human",
		"are you human?", "are you a human?", "are you a robot?", "i'm not a robot", "you are not a robot", "you're not a robot", "you are a robot",
		"checking your browser", "complete the security check", "solve the captcha", "complete the captcha",
		"automated access", "automated requests", "automated traffic", "automated queries", "automation tools",
		"bot protection", "bot detected", "detected as a bot", "unusual traffic", "unusual activity from your computer network",
		"web application firewall", "your ip address has been blocked", "your ip has been blocked",
		"אני לא רובוט", "אינך רובוט", "אינכם רובוט", "שאתה אנושי", "שאתם אנושיים",
	} {
		if strings.Contains(p.Title, phrase) || strings.Contains(p.Text, phrase) {
			return phrase, true
		}
	}
	return "", false
}

// captchaPage finds a captcha to be solved on a page that refuses and has
// nothing else on it. Invisible ones are part of ordinary layouts, and a
// visible one on a page with status 200 belongs to one of its forms.
func captchaPage(p pageSigns) (frame string, ok bool) {
	if !p.denied() || !p.isBare() {
		return "", false
	}
	for _, f := range p.Frames {
		for _, captcha := range []string{
			"google.com/recaptcha/", "recaptcha.net/recaptcha/", // developers.google.com/recaptcha/docs/display
			"hcaptcha.com/",              // docs.hcaptcha.com
			"challenges.cloudflare.com/", // developers.cloudflare.com/turnstile
			"geetest.com/", "funcaptcha.com/", "arkoselabs.com/",
		} {
			if strings.Contains(f, captcha) && !strings.Contains(f, "invisible") {
				return strings.TrimSuffix(captcha, "/"), true
			}
		}
	}
	return "", false
}
