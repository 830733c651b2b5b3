package config

import (
	"testing"
	"time"
)

func TestCronAcceptsWhatRobfigAccepts(t *testing.T) {
	for _, s := range []string{
		"* * * * *", "*/10 8-22 * * SUN-THU", "0 0 1 1 ?", "5/15 * * * *", "0-59/7 * * * *", "1,2,3 * * jan,FEB mon", "0 0 29 2 *",
		"0 0 31 2 MON", "*-5 * * * *", ",1 * * * *", "+5 * * * *", "0 0 */2 * *", "  0   0 * *  * ", "?/5 ? ? ? ?", "10-10 * * * *", "1-3/9 * * * *",
	} {
		if f := checkCron(s); f.bad() {
			t.Errorf("%q %s", s, f.what)
		}
	}
	for _, s := range []string{
		"", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * 0 *", "* * * * 7", "-1 * * * *", "a * * * *",
		"*/ * * * *", "*/0 * * * *", "*/-1 * * * *", "1/2/3 * * * *", "1-2-3 * * * *", "9-1 * * * *", "* * * january *", "@daily", "@every 1h", "TZ=UTC * * * * *",
		"0 0 30 2 *", "0 0 31 4,6,9,11 *", ", * * * *", "* * L * *", "* * * * 5#3", "1- * * * *",
	} {
		if f := checkCron(s); !f.bad() {
			t.Errorf("%q is accepted", s)
		}
	}
}

func TestDurations(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "5m": 5 * time.Minute, "14d": 14 * day, "1.5s": 1500 * time.Millisecond, "1h30m": 90 * time.Minute, "40ms": 40 * time.Millisecond, "0s": 0, "400d": 400 * day,
	} {
		if got, ok := parseDuration(s); !ok || got != want {
			t.Errorf("%s = %v, %v; want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "5", "s", "5 s", "-5s", "5S", "1.5.5s", ".5s", "5.s", "1y", "5sm", "99999999d", "1e3s", "5s ", "٣s", "9999999999999999999999999999999999999999s"} {
		if got, ok := parseDuration(s); ok {
			t.Errorf("%q = %v, want a refusal", s, got)
		}
	}
}

func TestSizesAndRates(t *testing.T) {
	for s, want := range map[string]int64{"5GB": 5e9, "1.5kB": 1500, "1KB": 1000, "2MiB": 2 << 20, "7B": 7, "1TB": 1e12} {
		if got, f := size().parse(s); f.bad() || got != want {
			t.Errorf("%s = %d (%s), want %d", s, got, f.what, want)
		}
	}
	for s, want := range map[string]int64{"20mbps": 20e6, "750kbps": 750e3, "1.6Mbps": 1.6e6, "1gbps": 1e9, "9bps": 9} {
		if got, f := rate().parse(s); f.bad() || got != want {
			t.Errorf("%s = %d (%s), want %d", s, got, f.what, want)
		}
	}
	for _, s := range []string{"5", "5G", "5iB", "GB", "-5GB", "99999999999999TB", ""} {
		if got, f := size().parse(s); !f.bad() {
			t.Errorf("size %q = %d, want a refusal", s, got)
		}
	}
	for _, s := range []string{"5", "5MBps", "mbps", "5 mbps", "0bps", "99999999999999gbps"} {
		if got, f := rate().parse(s); !f.bad() {
			t.Errorf("rate %q = %d, want a refusal", s, got)
		}
	}
}

func TestKeys(t *testing.T) {
	for s, want := range map[string]string{
		"Enter": "Enter", "a": "a", "A": "A", "Control+a": "Control+a", "Control+Shift+Tab": "Control+Shift+Tab", "+": "+", "Control++": "Control++",
		"Space": " ", "Shift+Space": "Shift+ ", "ש": "ש", "F12": "F12", "5": "5",
	} {
		if got, f := keyName().parse(s); f.bad() || got != want {
			t.Errorf("%s = %q (%s), want %q", s, got, f.what, want)
		}
	}
	for _, s := range []string{"", "enter", "ab", "Control+", "Ctrl+a", "Enter+a", "Control+Control+a", "\t", "F13"} {
		if got, f := keyName().parse(s); !f.bad() {
			t.Errorf("key %q = %q, want a refusal", s, got)
		}
	}
}

func TestActiveDays(t *testing.T) {
	for s, want := range map[string][7]bool{
		"SUN-THU": {true, true, true, true, true}, "fri": {5: true}, "FRI-SUN": {0: true, 5: true, 6: true}, "MON,WED-THU": {1: true, 3: true, 4: true},
	} {
		if got, f := days().parse(s); f.bad() || got != want {
			t.Errorf("%s = %v (%s), want %v", s, got, f.what, want)
		}
	}
}

func TestLoopback(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:1": true, "[::1]:1": true, "localhost:1": true, "127.9.9.9:1": true, ":1": false, "0.0.0.0:1": false, "[::]:1": false, "10.0.0.1:1": false, "shop:1": false,
	} {
		if got := loopback(address); got != want {
			t.Errorf("loopback(%s) = %v", address, got)
		}
	}
}
