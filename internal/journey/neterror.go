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
		"ERR_CERT_INVALID":                      "its certificate is not valid",
		"ERR_CERT_REVOKED":                      "its certificate was revoked",
		"ERR_SSL_VERSION_OR_CIPHER_MISMATCH":    "it offers no TLS that Chrome still speaks",
		"ERR_BAD_SSL_CLIENT_AUTH_CERT":          "it does not accept the client's certificate",
		"ERR_SSL_CLIENT_AUTH_CERT_NEEDED":       "it asks for a client's certificate",
		"ERR_RESPONSE_HEADERS_TOO_BIG":          "the headers of its answer are larger than 256 KiB",
		"ERR_INVALID_HTTP_RESPONSE":             "its answer is no HTTP",
		"ERR_INVALID_RESPONSE":                  "its answer is no HTTP",
		"ERR_INVALID_REDIRECT":                  "it redirects to an address that is none",
		"ERR_UNSAFE_REDIRECT":                   "it redirects to an address that a page must not lead to",
		"ERR_UNSAFE_PORT":                       "Chrome refuses pages from that port",
		"ERR_CONTENT_DECODING_FAILED":           "its content is not compressed as it says",
		"ERR_CONTENT_LENGTH_MISMATCH":           "it sent fewer bytes than it announced",
		"ERR_INCOMPLETE_CHUNKED_ENCODING":       "the connection was closed in the middle of it",
		"ERR_HTTP2_PROTOCOL_ERROR":              "it doesn't speak HTTP/2 properly",
		"ERR_QUIC_PROTOCOL_ERROR":               "it doesn't speak HTTP/3 properly",
		"ERR_ADDRESS_UNREACHABLE":               "there is no way to its address",
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
