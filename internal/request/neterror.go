package request

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"
)

// netError is Chrome's name of what went wrong on the network: pages and
// requests fail in the same words.
func netError(err error) string {
	var (
		name      *net.DNSError
		invalid   x509.CertificateInvalidError
		host      x509.HostnameError
		authority x509.UnknownAuthorityError
		record    tls.RecordHeaderError
		alert     tls.AlertError
		timeout   net.Error
	)
	if at := proxyError(err); at != "" {
		return at
	}
	switch {
	case errors.As(err, &name):
		return "ERR_NAME_NOT_RESOLVED"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "ERR_CERT_DATE_INVALID"
	case errors.As(err, &invalid):
		return "ERR_CERT_INVALID"
	case errors.As(err, &host):
		return "ERR_CERT_COMMON_NAME_INVALID"
	case errors.As(err, &authority):
		return "ERR_CERT_AUTHORITY_INVALID"
	case errors.As(err, &record), errors.As(err, &alert), errors.Is(err, http.ErrSchemeMismatch):
		return "ERR_SSL_PROTOCOL_ERROR"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "ERR_CONNECTION_REFUSED"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "ERR_CONNECTION_RESET"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.ENETDOWN):
		return "ERR_INTERNET_DISCONNECTED"
	case errors.Is(err, syscall.EHOSTUNREACH):
		return "ERR_ADDRESS_UNREACHABLE"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "ERR_CONNECTION_TIMED_OUT"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "ERR_EMPTY_RESPONSE"
	}
	return "ERR_FAILED"
}

// plainly is an error without the address around it, which messages have
// already.
func plainly(err error) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return err.Error()
}
