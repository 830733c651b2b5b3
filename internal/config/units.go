package config

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// duration is a time with its unit: 90s, 5m, 14d, 1.5s, 1h30m.
func duration(least time.Duration) word[time.Duration] {
	want := "a duration such as 90s, 5m or 14d"
	if least < 0 {
		least = 0
	}
	return word[time.Duration]{
		noun: "a duration", want: want, pattern: `^([0-9]+(\.[0-9]+)?(ms|s|m|h|d))+$`,
		parse: func(s string) (time.Duration, fault) {
			d, ok := parseDuration(s)
			switch {
			case !ok:
				return 0, fault{"is not a duration", durationHint(s)}
			case d < least && least <= time.Nanosecond:
				return 0, fault{"is no time at all", ""}
			case d < least:
				return 0, fault{"is too short", "write " + least.String() + " or more"}
			}
			return d, fault{}
		},
	}
}

// moment is the least duration that is one.
const moment = time.Nanosecond

func parseDuration(s string) (time.Duration, bool) {
	var sum float64
	if s == "" || len(s) > 40 {
		return 0, false
	}
	for s != "" {
		digits := strings.TrimLeft(s, "0123456789.")
		amount := s[:len(s)-len(digits)]
		rest := strings.TrimLeft(digits, "smhd")
		v, err := strconv.ParseFloat(amount, 64)
		per := unit(digits[:len(digits)-len(rest)])
		if err != nil || per == 0 || strings.HasPrefix(amount, ".") || strings.HasSuffix(amount, ".") {
			return 0, false
		}
		sum += v * float64(per)
		s = rest
	}
	// A century is more than anything here can mean, and far from overflow.
	if sum > float64(36_525*day) {
		return 0, false
	}
	return time.Duration(math.Round(sum)), true
}

func unit(name string) time.Duration {
	switch name {
	case "ms":
		return time.Millisecond
	case "s":
		return time.Second
	case "m":
		return time.Minute
	case "h":
		return time.Hour
	case "d":
		return day
	}
	return 0
}

// durationHint is what somebody probably meant.
func durationHint(s string) string {
	if before, _, found := strings.Cut(s, "//"); found {
		return "a comment begins with #: " + strings.TrimSpace(before) + "   # …"
	}
	m := regexp.MustCompile(`^\s*([0-9]+(?:[.,][0-9]+)?)\s*([A-Za-z]*)\s*[,;.]?\s*$`).FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	amount := strings.Replace(m[1], ",", ".", 1)
	switch strings.ToLower(m[2]) {
	case "":
		return fmt.Sprintf("add a unit: %ss, %sm, %sh or %sd", amount, amount, amount, amount)
	case "ms", "msec", "millis", "milliseconds":
		return "write " + amount + "ms"
	case "s", "sec", "secs", "second", "seconds":
		return "write " + amount + "s"
	case "m", "min", "mins", "minute", "minutes":
		return "write " + amount + "m"
	case "h", "hr", "hrs", "hour", "hours":
		return "write " + amount + "h"
	case "d", "day", "days":
		return "write " + amount + "d"
	case "w", "week", "weeks":
		if weeks, err := strconv.ParseFloat(amount, 64); err == nil {
			return fmt.Sprintf("write %gd", weeks*7)
		}
	}
	return ""
}

// size is a number of bytes: 5GB, 500MB.
func size() word[int64] {
	return word[int64]{
		noun: "a size", want: "a size such as 500MB or 5GB", pattern: `^[0-9]+(\.[0-9]+)?([kKMGT]?B|[KMGT]iB)$`,
		parse: func(s string) (int64, fault) {
			m := regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)([kKMGT]?)(i?)B$`).FindStringSubmatch(s)
			if m == nil || (m[3] == "i" && (m[2] == "" || m[2] == "k")) {
				hint := ""
				if n := regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)\s*([kKmMgGtT]?)[bB]?$`).FindStringSubmatch(s); n != nil {
					hint = "write " + n[1] + strings.ToUpper(n[2]) + "B"
					if n[2] == "" {
						hint = "add a unit: " + n[1] + "MB"
						if len(n[1]) > 6 {
							hint = "add a unit: " + n[1] + "B"
						}
					}
				}
				return 0, fault{"is not a size", hint}
			}
			base := 1000.0
			if m[3] == "i" {
				base = 1024
			}
			return scaled(m[1], base, strings.Index(" KMGT", strings.ToUpper(" "[len(m[2]):]+m[2])))
		},
	}
}

// rate is a number of bits per second: 20mbps, 750kbps.
func rate() word[int64] {
	return word[int64]{
		noun: "a rate", want: "a rate such as 20mbps or 750kbps", pattern: `^[0-9]+(\.[0-9]+)?[kKmMgG]?bps$`,
		parse: func(s string) (int64, fault) {
			m := regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)([kKmMgG]?)bps$`).FindStringSubmatch(s)
			if m == nil {
				hint := ""
				switch {
				case strings.HasSuffix(s, "Bps"), strings.HasSuffix(s, "B/s"):
					hint = "write bits, not bytes: 1MB/s is 8mbps"
				case regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`).MatchString(s):
					hint = "add a unit: " + s + "mbps"
				}
				return 0, fault{"is not a rate", hint}
			}
			v, f := scaled(m[1], 1000, strings.Index(" KMG", strings.ToUpper(" "[len(m[2]):]+m[2])))
			if !f.bad() && v == 0 {
				return 0, fault{"lets nothing through", "leave the key out for no limit"}
			}
			return v, f
		},
	}
}

func scaled(amount string, base float64, power int) (int64, fault) {
	v, err := strconv.ParseFloat(amount, 64)
	v *= math.Pow(base, float64(power))
	if err != nil || v > 1e18 {
		return 0, fault{"is too large", ""}
	}
	return int64(math.Round(v)), fault{}
}

// share is a percentage, as a share from 0 to 1.
func share() word[float64] {
	return word[float64]{
		noun: "a percentage", want: "a percentage from 0% to 100%, such as 35%", pattern: `^[0-9]+(\.[0-9]+)?%$`,
		parse: func(s string) (float64, fault) {
			if !regexp.MustCompile(`^[0-9]+(\.[0-9]+)?%$`).MatchString(s) {
				hint := ""
				if v, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(s, "%")), 64); err == nil && v >= 0 && v <= 100 {
					hint = fmt.Sprintf("write %g%%", v)
					if v < 1 && !strings.Contains(s, "%") {
						hint = fmt.Sprintf("write %g%%", v*100)
					}
				}
				return 0, fault{"is not a percentage", hint}
			}
			v, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
			if err != nil || v > 100 {
				return 0, fault{"is more than everybody", ""}
			}
			return v / 100, fault{}
		},
	}
}
