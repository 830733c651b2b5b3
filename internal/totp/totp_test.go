package totp_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"samui/internal/totp"
)

// The keys and codes of RFC 6238, appendix B, in base32.
const (
	sha1Key   = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	sha256Key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA"
	sha512Key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA"
)

func TestCodes(t *testing.T) {
	tests := map[string]struct {
		key  string
		at   int64
		want string
		left time.Duration
	}{
		"base32":                       {sha1Key, 59, "287082", time.Second},
		"a new period":                 {sha1Key, 1111111110, "050471", 30 * time.Second},
		"the end of one":               {sha1Key, 1111111109, "081804", time.Second},
		"in groups and lower case":     {" gezd gnbv-gy3t qojq gezd gnbv gy3t qojq\n", 59, "287082", time.Second},
		"an address":                   {"otpauth://totp/Shop:me@shop.example?secret=" + sha1Key + "&issuer=Shop", 59, "287082", time.Second},
		"8 digits":                     {"otpauth://totp/Shop?secret=" + sha1Key + "&digits=8", 59, "94287082", time.Second},
		"SHA-256":                      {"otpauth://totp/Shop?secret=" + sha256Key + "&digits=8&algorithm=SHA256", 59, "46119246", time.Second},
		"SHA-512":                      {"otpauth://totp/Shop?secret=" + sha512Key + "&digits=8&algorithm=SHA512", 59, "90693936", time.Second},
		"a minute":                     {"otpauth://totp/Shop?secret=" + sha1Key + "&period=60", 119, "287082", time.Second},
		"an address with a small type": {"OTPAUTH://TOTP/Shop?secret=" + strings.ToLower(sha1Key), 59, "287082", time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			key, err := totp.Parse(tt.key)
			if err != nil {
				t.Fatal(err)
			}
			if code, left := key.At(time.Unix(tt.at, 0)); code != tt.want || left != tt.left {
				t.Errorf("At(%d) = %s, %s, want %s, %s", tt.at, code, left, tt.want, tt.left)
			}
		})
	}
}

func TestBadKeys(t *testing.T) {
	const canary = "CANARY1890"
	for key, want := range map[string]string{
		"":                                  "has no key in it",
		" - ":                               "has no key in it",
		canary:                              "is no base32",
		"otpauth://totp/x?secret=" + canary: "is no base32",
		"otpauth://totp/x":                  "has no key in it",
		"otpauth://hotp/x?counter=1&secret=" + sha1Key:    "is an otpauth:// address of codes that are counted, not timed",
		"otpauth://totp/x?digits=7&secret=" + sha1Key:     "is an otpauth:// address whose codes have neither 6 nor 8 digits",
		"otpauth://totp/x?period=86400&secret=" + sha1Key: "is an otpauth:// address whose codes don't last for 1 to 3600 seconds",
		"otpauth://totp/%zz?secret=" + canary:             "is an otpauth:// address that can't be read",
	} {
		_, err := totp.Parse(key)
		var said *totp.Error
		if !errors.As(err, &said) || said.What != want {
			t.Errorf("Parse(%q): %v, want %q", key, err, want)
		} else if all := fmt.Sprintf("%v %+v", err, *said); strings.Contains(all, canary) {
			t.Errorf("Parse(%q) tells the key: %s", key, all)
		}
	}
}
