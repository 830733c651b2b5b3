package influx

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"samui/internal/journey"
)

// Options say where results are sent.
type Options struct {
	URL    string         // http(s), with or without a path
	Token  journey.Secret // user:password for InfluxDB 1.8; none where the server asks for none
	Org    string         // ignored by InfluxDB 1.8 and 3
	Bucket string         // database/policy, or a database, for InfluxDB 1.8

	Timeout time.Duration // of one request; 0 = 20 s
}

// place is where a sender writes, for errors.
type place struct {
	url    string // as people may see it
	bucket string
	redact journey.Redactor
}

func newPlace(o Options) (place, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		shown := o.URL
		if at := strings.LastIndexByte(shown, '@'); at >= 0 {
			shown = "…" + shown[at:] // before it may stand a password
		}
		return place{}, &optionError{
			fmt.Sprintf("influxdb.url %q is no URL; want http:// or https:// and a host", shown),
			"write e.g. url: http://127.0.0.1:8086",
		}
	}
	if u.User != nil {
		return place{}, &optionError{
			fmt.Sprintf("influxdb.url %q has a user in it", u.Redacted()),
			"write user:password into influxdb.token, best as ${secret:NAME}",
		}
	}
	if o.Bucket == "" {
		return place{}, &optionError{"influxdb.bucket is empty", "name the bucket; database/policy for InfluxDB 1.8"}
	}
	_, password, _ := strings.Cut(o.Token.Reveal(), ":")
	return place{url: u.Redacted(), bucket: o.Bucket, redact: journey.NewRedactor(o.Token, journey.NewSecret(password))}, nil
}

// optionError is a mistake in Options.
type optionError struct{ what, hint string }

func (e *optionError) Error() string { return e.what }

// Hint says what to write instead.
func (e *optionError) Hint() string { return e.hint }
