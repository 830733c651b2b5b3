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
		return &Failure{
			Kind: journey.KindNavigation, NetError: "ERR_BLOCKED_BY_CLIENT", Message: fmt.Sprintf("%s is not fetched: visit: {%s: block}", what, why),
			Hint: "add its host to the site's hosts:, if it is theirs, or write " + why + ": allow",
		}
	}
	return &Failure{Kind: journey.KindNavigation, NetError: name, Hint: s.proxyHint(name), Message: fmt.Sprintf("%s could not be reached: %s", what, meaning(name))}
}

// meaning puts Chrome's commonest network errors in words. The names are from
// net/base/net_error_list.h.
func meaning(name string) string {
	words := map[string]string{
		"ERR_NAME_NOT_RESOLVED":                 "its name has no address",
		"ERR_CONNECTION_REFUSED":                "the connection was refused",
		"ERR_CONNECTION_RESET":                  "the connection was reset",
		"ERR_CONNECTION_CLOSED":                 "the connection was closed without an answer",
		"ERR_CONNECTION_TIMED_OUT":              "no connection in time",
		"ERR_TIMED_OUT":                         "no answer in time",
		"ERR_EMPTY_RESPONSE":                    "the server answered nothing",
		"ERR_CERT_DATE_INVALID":                 "its certificate is out of date",
		"ERR_CERT_COMMON_NAME_INVALID":          "its certificate is for another name",
		"ERR_CERT_AUTHORITY_INVALID":            "its certificate is from nobody known",
		"ERR_TOO_MANY_REDIRECTS":                "it redirects in circles",
		"ERR_SSL_PROTOCOL_ERROR":                "it doesn't speak TLS properly",
		"ERR_PROXY_CONNECTION_FAILED":           "the proxy could not be reached",
		"ERR_PROXY_CERTIFICATE_INVALID":         "the proxy's certificate is not valid",
		"ERR_PROXY_AUTH_REQUESTED":              "the proxy asks for a user and a password",
		"ERR_PROXY_AUTH_UNSUPPORTED":            "the proxy asks for an account in a way that Chrome doesn't know",
		"ERR_TUNNEL_CONNECTION_FAILED":          "the proxy could not reach it",
		"ERR_SOCKS_CONNECTION_FAILED":           "the proxy could not reach it",
		"ERR_SOCKS_CONNECTION_HOST_UNREACHABLE": "the proxy could not reach it",
		"ERR_BLOCKED_BY_CLIENT":                 "it is blocked by the site's block: list",
	}[name]
	if words == "" {
		return name
	}
	return fmt.Sprintf("%s (%s)", words, name)
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
	return e.Source == log.EntrySourceNetwork && (strings.Contains(e.Text, "ERR_BLOCKED_BY_CLIENT") || s.heldBack(e.URL, e.Text) != "")
}
