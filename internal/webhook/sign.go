package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"samui/internal/journey"
)

// Sign is the X-Samui-Signature of a body that is sent at a time.
func Sign(secret journey.Secret, body []byte, at time.Time) string {
	t := strconv.FormatInt(at.Unix(), 10)
	return "t=" + t + ",v1=" + hex.EncodeToString(digest(secret, t, body))
}

func digest(secret journey.Secret, t string, body []byte) []byte {
	h := hmac.New(sha256.New, []byte(secret.Reveal()))
	h.Write([]byte(t + "."))
	h.Write(body)
	return h.Sum(nil)
}

// Verify is what somebody does who receives a document, and what the tests hold
// Sign and the manual's receivers against: the signature is of
// this body by this secret, and not older than tolerance, so that nobody sends
// an old one again.
func Verify(signature string, secret journey.Secret, body []byte, now time.Time, tolerance time.Duration) error {
	if secret.IsZero() {
		return errors.New("there is no secret: anybody could have signed it")
	}
	var t, v1 string
	for part := range strings.SplitSeq(signature, ",") {
		switch name, value, _ := strings.Cut(part, "="); name {
		case "t":
			t = value
		case "v1":
			v1 = value
		}
	}
	seconds, err := strconv.ParseInt(t, 10, 64)
	given, wrong := hex.DecodeString(v1)
	if err != nil || wrong != nil {
		return fmt.Errorf("signature %q is not of the form t=UNIX,v1=HEX", signature)
	}
	if !hmac.Equal(given, digest(secret, t, body)) {
		return errors.New("the signature is not of this body by this secret")
	}
	if age := now.Sub(time.Unix(seconds, 0)).Abs(); age > tolerance {
		return fmt.Errorf("the signature is %s away; want at most %s", age, tolerance)
	}
	return nil
}
