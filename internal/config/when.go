package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones are known on every machine

	"samui/internal/journey"
)

func weekdays() []string { return strings.Fields("SUN MON TUE WED THU FRI SAT") }

// days is SUN-THU, FRI or MON,WED,FRI; a range may go round the weekend.
func days() word[[7]bool] {
	const want = "days such as SUN-THU or MON,WED,FRI"
	const one = `([Ss][Uu][Nn]|[Mm][Oo][Nn]|[Tt][Uu][Ee]|[Ww][Ee][Dd]|[Tt][Hh][Uu]|[Ff][Rr][Ii]|[Ss][Aa][Tt])`
	return word[[7]bool]{
		noun: "days", want: want, pattern: `^` + one + `(-` + one + `)?(,` + one + `(-` + one + `)?)*$`,
		parse: func(s string) ([7]bool, fault) {
			var set [7]bool
			for member := range strings.SplitSeq(s, ",") {
				from, to, ranged := strings.Cut(member, "-")
				if !ranged {
					to = from
				}
				first, last := weekday(from), weekday(to)
				if first < 0 || last < 0 {
					return set, fault{"is not a list of days", "the days are " + strings.Join(weekdays(), " ")}
				}
				for d := first; ; d = (d + 1) % 7 {
					set[d] = true
					if d == last {
						break
					}
				}
			}
			return set, fault{}
		},
	}
}

func weekday(s string) int {
	for i, name := range weekdays() {
		if strings.EqualFold(s, name) {
			return i
		}
	}
	return -1
}

// span is a time of day from and to, since midnight.
type span struct{ from, to time.Duration }

func hours() word[span] {
	const clock = `([01][0-9]|2[0-3]):[0-5][0-9]`
	return word[span]{
		noun: "hours", want: `hours such as "08:00-22:00"`, pattern: `^` + clock + `-(` + clock + `|24:00)$`,
		parse: func(s string) (span, fault) {
			first, second, _ := strings.Cut(s, "-")
			from, okFrom := clock24(first)
			to, okTo := clock24(second)
			switch {
			case !okFrom || !okTo || from == day:
				return span{}, fault{"is not a time of day to another", hoursHint(first, second)}
			case from == to:
				return span{}, fault{"is no time at all", `leave hours out for the whole day`}
			}
			return span{from, to}, fault{}
		},
	}
}

// hoursHint is for 8-22 and 8:00-22:00.
func hoursHint(from, to string) string {
	tidy := func(s string) string {
		h, m, _ := strings.Cut(strings.TrimSpace(s), ":")
		return fmt.Sprintf("%02s:%02s", h, m)
	}
	if _, ok := clock24(tidy(from)); !ok {
		return ""
	}
	if _, ok := clock24(tidy(to)); !ok {
		return ""
	}
	return fmt.Sprintf("write \"%s-%s\"", tidy(from), tidy(to))
}

// clock24 is 00:00 to 24:00.
func clock24(s string) (time.Duration, bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	h, errH := strconv.ParseUint(s[:2], 10, 8)
	m, errM := strconv.ParseUint(s[3:], 10, 8)
	d := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	return d, errH == nil && errM == nil && m < 60 && d <= day
}

// active limits a schedule to hours of days.
func active() object[journey.Active] {
	return object[journey.Active]{
		name: "active", example: `{days: SUN-THU, hours: "08:00-22:00"}`,
		fields: []field[journey.Active]{
			key("days", "The days on which the journey is walked, as SUN-THU or MON,WED; all without it.", days().codec(), func(a *journey.Active, d [7]bool) { a.Days = d }),
			key("hours", `The hours, as "08:00-22:00"; "22:00-06:00" ends on the next day.`, hours().codec(), func(a *journey.Active, s span) { a.From, a.To = s.from, s.to }),
		},
		rules: []rule{atLeastOne("days", "hours")},
	}
}

func activeCodec() codec[journey.Active] {
	return active().as(func() journey.Active {
		return journey.Active{Days: [7]bool{true, true, true, true, true, true, true}, To: day}
	})
}

// timezone is a zone of the tz database.
func timezone() word[*time.Location] {
	return word[*time.Location]{
		noun: "a time zone", want: "a time zone such as Asia/Jerusalem, Europe/Berlin or UTC", pattern: `^[A-Za-z0-9_+/-]+$`,
		parse: func(s string) (*time.Location, fault) {
			if s == "" || s == "Local" {
				return nil, fault{"is not a time zone", "name the place, so that it means the same on every machine"}
			}
			zone, err := time.LoadLocation(s)
			if err != nil {
				return nil, fault{"is not a time zone", zoneHint(s)}
			}
			return zone, fault{}
		},
	}
}

func zoneHint(s string) string {
	area, city, ok := strings.Cut(s, "/")
	if ok && area != "" && city != "" {
		tidy := strings.ToUpper(area[:1]) + strings.ToLower(area[1:]) + "/" + strings.ToUpper(city[:1]) + strings.ReplaceAll(city[1:], " ", "_")
		if _, err := time.LoadLocation(tidy); err == nil {
			return fmt.Sprintf("did you mean %s?", tidy)
		}
	}
	for _, area := range []string{"Asia", "Europe", "America", "Africa", "Australia", "Pacific", "Atlantic"} {
		if s == "" || ok {
			break
		}
		zone := area + "/" + strings.ToUpper(s[:1]) + strings.ReplaceAll(s[1:], " ", "_")
		if _, err := time.LoadLocation(zone); err == nil {
			return fmt.Sprintf("did you mean %s?", zone)
		}
	}
	if near := Nearest(s, strings.Fields("Asia/Jerusalem Asia/Tehran Asia/Dubai Asia/Kolkata Asia/Tokyo Asia/Singapore Europe/London Europe/Berlin Europe/Paris Europe/Madrid Europe/Rome Europe/Moscow Europe/Athens America/New_York America/Chicago America/Denver America/Los_Angeles America/Sao_Paulo Australia/Sydney Africa/Cairo Africa/Johannesburg")); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return "name the nearest large city, as Area/City"
}
