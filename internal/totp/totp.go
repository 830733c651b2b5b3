// Package totp works out the codes of an authenticator app (RFC 6238), so that
// a journey can pass a second factor. A key comes in as its owner was given it,
// a code goes out for a moment that the caller names. The one rule not to break
// is that no error holds anything of the key.
package totp

import (
	"strings"
	"time"

	"github.com/pquerna/otp"
	otptotp "github.com/pquerna/otp/totp"
)

// Key makes codes. The zero value makes none.
type Key struct {
	secret  string
	options otptotp.ValidateOpts
}

// Error says what is wrong with a key and what to do, without the key.
type Error struct{ What, Hint string }

// Error is what is wrong.
func (e *Error) Error() string { return e.What }

// Parse reads a key: base32, in groups and in lower case as people write it
// down too, or the otpauth:// address that stands in the QR code. The error is
// an [*Error].
func Parse(s string) (Key, error) {
	k := Key{options: otptotp.ValidateOpts{Period: 30, Digits: otp.DigitsSix}}
	s = strings.TrimSpace(s)
	if strings.HasPrefix(strings.ToLower(s), "otpauth:") {
		return parseURL(s)
	}
	k.secret = strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(s))
	return k, k.check()
}

// parseURL reads otpauth://totp/NAME?secret=…&digits=6&period=30.
func parseURL(s string) (Key, error) {
	u, err := otp.NewKeyFromURL(s)
	if err != nil {
		return Key{}, &Error{"is an otpauth:// address that can't be read", "take the address out of the QR code as a whole"}
	}
	if !strings.EqualFold(u.Type(), "totp") {
		return Key{}, &Error{"is an otpauth:// address of codes that are counted, not timed", "only otpauth://totp/… works without anybody's phone"}
	}
	k := Key{secret: strings.ToUpper(u.Secret()), options: otptotp.ValidateOpts{Period: uint(u.Period()), Digits: u.Digits(), Algorithm: u.Algorithm()}}
	switch digits, seconds := k.options.Digits.Length(), k.options.Period; {
	case digits != 6 && digits != 8:
		return Key{}, &Error{"is an otpauth:// address whose codes have neither 6 nor 8 digits", ""}
	case seconds < 1 || seconds > 3600:
		return Key{}, &Error{"is an otpauth:// address whose codes don't last for 1 to 3600 seconds", ""}
	}
	return k, k.check()
}

// check tries the key.
func (k Key) check() error {
	hint := "base32 has the letters A to Z and the digits 2 to 7; it is what the site shows beside the QR code"
	if k.secret == "" {
		return &Error{"has no key in it", hint}
	}
	if _, err := otptotp.GenerateCodeCustom(k.secret, time.Unix(0, 0), k.options); err != nil {
		return &Error{"is no base32", hint}
	}
	return nil
}

// At is the code of a moment, and for how long it still is.
func (k Key) At(t time.Time) (code string, left time.Duration) {
	code, err := otptotp.GenerateCodeCustom(k.secret, t, k.options)
	if err != nil {
		panic("BUG: a key was not parsed: it makes no code")
	}
	period := time.Duration(k.options.Period) * time.Second
	return code, period - time.Duration(t.UnixNano())%period
}
