package config

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"unicode"
)

// cron is a five-field expression: minute, hour, day of the month, month, day
// of the week. It is refused exactly where robfig/cron's standard parser
// refuses it, and where its time would never come; its descriptors (@daily)
// and CRON_TZ= are refused because every: and the site's timezone say that.
func cron() word[string] {
	return word[string]{
		noun: "a cron expression", want: `five fields: minute, hour, day, month, weekday, as in "*/10 8-22 * * SUN-THU"`,
		pattern: `^\s*[^\s@=]+(\s+[^\s@=]+){4}\s*$`,
		parse: func(s string) (string, fault) {
			return strings.Join(strings.Fields(s), " "), checkCron(s)
		},
	}
}

// cronField is the bounds of one field.
type cronField struct {
	name     string
	min, max int
	names    []string // of min, min+1 …
}

func cronFields() []cronField {
	return []cronField{
		{"minute", 0, 59, nil},
		{"hour", 0, 23, nil},
		{"day of the month", 1, 31, nil},
		{"month", 1, 12, strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec")},
		{"weekday", 0, 6, strings.Fields("sun mon tue wed thu fri sat")},
	}
}

func checkCron(s string) fault {
	fields := strings.Fields(s)
	switch {
	case strings.HasPrefix(s, "@"):
		return fault{"is a word instead of five fields", descriptorHint(s)}
	case strings.HasPrefix(s, "TZ=") || strings.HasPrefix(s, "CRON_TZ="):
		return fault{"names a time zone", "set the site's timezone: and leave it out here"}
	case len(fields) != 5:
		hint := ""
		if len(fields) == 6 {
			hint = "there is no field for seconds"
		}
		return fault{fmt.Sprintf("has %d fields", len(fields)), hint}
	}
	var sets [5]uint64
	var all [5]bool
	for i, bounds := range cronFields() {
		set, star, f := bounds.parse(fields[i])
		if f.bad() {
			return f
		}
		sets[i], all[i] = set, star
	}
	if neverComes(sets, all[2] || all[4]) {
		return fault{"never comes", "look at the day and the month"}
	}
	return fault{}
}

func descriptorHint(s string) string {
	switch s {
	case "@yearly", "@annually":
		return `write "0 0 1 1 *"`
	case "@monthly":
		return `write "0 0 1 * *"`
	case "@weekly":
		return `write "0 0 * * SUN"`
	case "@daily", "@midnight":
		return `write "0 0 * * *"`
	case "@hourly":
		return `write "0 * * * *"`
	}
	if rest, ok := strings.CutPrefix(s, "@every "); ok {
		return "write every: " + rest
	}
	return ""
}

// parse reads a field as robfig/cron does, oddities included: an empty member
// of a list is none, and what follows the hyphen of "*-5" is ignored.
func (c cronField) parse(s string) (set uint64, star bool, f fault) {
	for _, member := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' }) {
		some, any, f := c.member(member)
		if f.bad() {
			return 0, false, f
		}
		set, star = set|some, star || any
	}
	return set, star, fault{}
}

func (c cronField) member(s string) (set uint64, star bool, f fault) {
	fail := func(why, hint string) (uint64, bool, fault) {
		return 0, false, fault{fmt.Sprintf("has the %s %q, which %s", c.name, s, why), hint}
	}
	span, stepText, stepped := strings.Cut(s, "/")
	lowText, highText, ranged := strings.Cut(span, "-")
	if strings.Contains(stepText, "/") {
		return fail("has two slashes", "")
	}
	low, high := c.min, c.max
	if lowText == "*" || lowText == "?" {
		star = true
	} else {
		var ok bool
		if low, ok = c.value(lowText); !ok {
			return fail("is no number"+c.orName(), "")
		}
		high = low
		if strings.Contains(highText, "-") {
			return fail("has two hyphens", "")
		}
		if ranged {
			if high, ok = c.value(highText); !ok {
				return fail("is no number"+c.orName(), "")
			}
		}
	}
	step := 1
	if stepped {
		var err error
		if step, err = strconv.Atoi(stepText); err != nil || step < 0 {
			return fail("has no number after the slash", "")
		}
		if !ranged && !star {
			high = c.max
		}
		if step > 1 {
			star = false
		}
	}
	switch {
	case low < c.min || high > c.max:
		hint := fmt.Sprintf("a %s is %d to %d", c.name, c.min, c.max)
		if c.name == "weekday" && high == 7 {
			hint = "Sunday is 0 or SUN"
		}
		return fail("is out of range", hint)
	case low > high:
		return fail("ends before it begins", "write "+c.around(lowText, highText))
	case step == 0:
		return fail("never steps on", "")
	}
	for v := low; v <= high; v += step {
		set |= 1 << v
	}
	return set, star, fault{}
}

// around is a range that goes on at the start, in the words it was written in.
func (c cronField) around(low, high string) string {
	first, last := strconv.Itoa(c.min), strconv.Itoa(c.max)
	if c.names != nil && strings.ContainsFunc(low+high, unicode.IsLetter) {
		first, last = strings.ToUpper(c.names[0]), strings.ToUpper(c.names[len(c.names)-1])
	}
	from, to := low+"-"+last, first+"-"+high
	if strings.EqualFold(low, last) {
		from = low
	}
	if strings.EqualFold(first, high) {
		to = high
	}
	return from + "," + to
}

func (c cronField) orName() string {
	if c.names == nil {
		return ""
	}
	return " and no name such as " + strings.ToUpper(c.names[1])
}

func (c cronField) value(s string) (int, bool) {
	for i, name := range c.names {
		if strings.EqualFold(s, name) {
			return c.min + i, true
		}
	}
	v, err := strconv.Atoi(s)
	return v, err == nil && v >= 0
}

// neverComes reports whether no day fits: an empty field, or days that none of
// the months has. Unless day and weekday must both fit (and), because one of
// them is *, either is enough, and a weekday always comes.
func neverComes(sets [5]uint64, and bool) bool {
	for _, set := range sets {
		if set == 0 {
			return true
		}
	}
	if !and {
		return false
	}
	first := bits.TrailingZeros64(sets[2])
	for month, days := range []int{1: 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31} {
		if sets[3]&(1<<month) != 0 && first <= days {
			return false
		}
	}
	return true
}
