package journey

import "fmt"

// NetErrorWords puts the commonest network errors in words. The names are from
// Chrome's net/base/net_error_list.h.
func NetErrorWords(name string) string {
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
		"ERR_UNEXPECTED_PROXY_AUTH":             "it answered 407, which only a proxy may",
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
