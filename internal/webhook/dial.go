package webhook

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// forbiddenError is an address that is never called.
type forbiddenError struct{ address netip.Addr }

func (e *forbiddenError) Error() string {
	return fmt.Sprintf("%s is an address of the local link or of a cloud's metadata", e.address)
}

// forbidden reports whether an address may hold what nobody outside the
// machine should see, such as a cloud's credentials. Addresses of the machine
// itself and of private networks are fine: a receiver may well be there.
func forbidden(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if nat64 := netip.MustParsePrefix("64:ff9b::/96"); nat64.Contains(a) {
		bytes := a.As16()
		a = netip.AddrFrom4([4]byte(bytes[12:]))
	}
	switch a.String() {
	case "fd00:ec2::254", "100.100.100.200":
		return true
	}
	return a.IsLinkLocalUnicast() || a.IsLinkLocalMulticast() || a.IsMulticast() || a.IsUnspecified()
}

// newTransport looks at the address that is dialled, whatever name led there.
// Where the environment names a proxy that is the proxy's, and what it may
// reach is for its own rules.
func newTransport() *http.Transport {
	dialer := &net.Dialer{
		Timeout: 10 * time.Second,
		Control: func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return fmt.Errorf("looking at address %q: %w", address, err)
			}
			if forbidden(to.Addr()) {
				return &forbiddenError{to.Addr()}
			}
			return nil
		},
	}
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dialer.DialContext,
		TLSHandshakeTimeout: 10 * time.Second,
		IdleConnTimeout:     time.Minute,
		MaxIdleConns:        2,
		ForceAttemptHTTP2:   true,
	}
}
