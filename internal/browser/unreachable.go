package browser

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/log"

	"samui/internal/journey"
)

// navigationFailure says that a page could not be reached.
func (s *Session) navigationFailure(address, errorText string) *Failure {
	name := strings.TrimPrefix(errorText, "net::")
	what := "the page"
	if u, err := url.Parse(address); err == nil && address != "" {
		what = u.Redacted()
	}
	if why := s.heldBack(address, errorText); why != "" {
		f := &Failure{
			Kind: journey.KindNavigation, NetError: "ERR_BLOCKED_BY_CLIENT", Message: fmt.Sprintf("%s is not fetched: visit: {%s: block}", what, why),
			Hint: "add its host to the site's hosts:, if it is theirs, or write " + why + ": allow",
		}
		if why == "block" {
			f.Message, f.Hint = what+" is not fetched: it is blocked by block:", "take it out of block: of the journey or the site, if a customer sees it"
		}
		return f
	}
	return &Failure{Kind: journey.KindNavigation, NetError: name, Hint: s.proxyHint(name), Message: fmt.Sprintf("%s could not be reached: %s", what, journey.NetErrorWords(name))}
}

// proxyHint is for failures in which the proxy has a part that can't be told
// from the site's.
func (s *Session) proxyHint(name string) string {
	if strings.HasPrefix(name, "ERR_TUNNEL") || strings.HasPrefix(name, "ERR_SOCKS") {
		return "the visit goes through the proxy of visit: proxy; see whether others come through it"
	}
	return ""
}

// ourDoing tells a complaint of the console about a request that a condition of
// the visit refused.
func (s *Session) ourDoing(e *log.Entry) bool {
	if strings.Contains(e.Text, "ERR_BLOCKED_BY_CLIENT") {
		return e.Source == log.EntrySourceNetwork
	}
	address := e.URL
	if _, rest, socket := strings.Cut(e.Text, "WebSocket connection to '"); socket {
		address, _, _ = strings.Cut(rest, "'") // the entry's own is the script's
	}
	return s.heldBack(address, e.Text) != ""
}
