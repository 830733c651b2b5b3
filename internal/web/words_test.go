package web

import (
	"testing"
	"time"
)

func TestWords(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{seconds(0), "0.00 s"},
		{seconds(612.3), "0.61 s"},
		{seconds(12_640), "12.6 s"},
		{seconds(125_000), "2 min 5 s"},
		{limit(2500), "2.5 s"},
		{limit(10_000), "10 s"},
		{millis(41.4), "41 ms"},
		{millis(2431.5), "2.43 s"},
		{span(40 * time.Second), "40 s"},
		{span(2 * time.Minute), "2 min"},
		{span(47*time.Minute + 6*time.Second), "47 min"},
		{span(2*time.Hour + 5*time.Minute), "2 h 5 min"},
		{span(49 * time.Hour), "2 d 1 h"},
		{ago(-time.Second), "just now"},
		{ago(59 * time.Second), "59 s ago"},
		{ago(47 * time.Hour), "47 h ago"},
		{ago(72 * time.Hour), "3 d ago"},
		{size(319), "319 B"},
		{size(813_220), "813 kB"},
		{size(2_500_000), "2.5 MB"},
		{grouped(999), "999"},
		{grouped(-1000), "-1\u202f000"},
		{grouped(1_234_567), "1\u202f234\u202f567"},
		{counted(1, "run", "runs"), "1 run"},
		{counted(0, "run", "runs"), "0 runs"},
		{share(0.741, 0.798), "74–80%"},
		{share(0.995, 0.999), "100%"},
		{word("probe_error"), "probe error"},
		{class("probe_error"), "probe-error"},
		{class(`"><script>`), "skipped"},
		{external("https://shop.example/a?b=ג"), "https://shop.example/a?b=ג"},
		{external("javascript:alert(1)"), ""},
		{external("//shop.example"), ""},
		{external("data:text/html,x"), ""},
		{external("http:shop.example"), ""},
		{external("https://%zz"), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
