package slack

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestLine(t *testing.T) {
	for _, c := range []struct{ what, in, want string }{
		{"white space is folded", "  a \n\t b\u2028c  ", "a b c"},
		{"control characters are white space", "a\x00\x1bb", "a b"},
		{"nothing turns the direction", "a\u202eb\u2066c\u200fd\u061ce", "abcde"},
		{"nothing is hidden", "a\u200bb\u2060c\ufeffd\u00ad", "abcd"},
		{"joined letters stay", "a\u200db", "a\u200db"},
		{"addresses can't be clicked", "see https://x.example", "see https:\u2060//x.example"},
		{"names are nobody's", "@here a@x.example", "@\u2060here a@\u2060x.example"},
		{"no UTF-8", "a\xffb", "a\ufffdb"},
		{"no towers", "x" + strings.Repeat("\u0301", 50), "x" + strings.Repeat("\u0301", 5)},
		{"Hebrew with its points", "שָׁלוֹם", "שָׁלוֹם"},
	} {
		if got := line(c.in, 40); got != c.want {
			t.Errorf("%s: line(%q) = %q, want %q", c.what, c.in, got, c.want)
		}
	}
}

func TestCutBetweenCharacters(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"hello", 5, "hello"},
		{"hello", 4, "hel…"},
		{"hello world", 7, "hello…"},
		{"ab👩‍👩‍👧", 9, "ab…"},
		{"ab👍🏽c", 6, "ab…"},
		{"ab🇮🇱🇮🇱", 9, "ab🇮🇱…"},
		{"ae\u0301x", 3, "a…"},
		{"😀😀😀", 4, "😀…"},
		{"", 3, ""},
	} {
		got := cut(c.in, c.limit)
		if got != c.want {
			t.Errorf("cut(%q, %d) = %q, want %q", c.in, c.limit, got, c.want)
		}
		if utf16Length(got) > c.limit || !utf8.ValidString(got) {
			t.Errorf("cut(%q, %d) = %q: too long or broken", c.in, c.limit, got)
		}
	}
}

func TestEscape(t *testing.T) {
	for in, want := range map[string]mrkdwn{
		"<!channel> & co":   "&lt;!channel&gt; &amp; co",
		"&lt;":              "&amp;lt;",
		"*bold* and 2*3":    "∗bold∗ and 2*3",
		"_it_ snake_case":   "＿it＿ snake_case",
		"~no~ `code` a`b`c": "∼no∼ ˋcodeˋ aˋbˋc",
		"":                  "",
	} {
		if got := escape(in); got != want {
			t.Errorf("escape(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNamesDoNotTurnALineAround(t *testing.T) {
	for in, want := range map[string]string{
		"Buy":       "Buy",
		"קנייה":     "\u2068קנייה\u2069",
		"Buy קנייה": "\u2068Buy קנייה\u2069",
		"شراء 5":    "\u2068شراء 5\u2069",
		"17 ₪":      "17 ₪",
	} {
		if got := named(in, 40); got != want {
			t.Errorf("named(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTimesForPeople(t *testing.T) {
	zone := jerusalem(t)
	for want, at := range map[string]time.Time{
		"03:04":             today().Add(-6 * time.Minute),
		"00:00":             time.Date(2026, 1, 14, 22, 0, 0, 0, time.UTC),
		"14 Jan 23:59":      time.Date(2026, 1, 14, 21, 59, 0, 0, time.UTC),
		"31 Dec 2025 12:00": time.Date(2025, 12, 31, 10, 0, 0, 0, time.UTC),
	} {
		if got := clock(at, zone, today()); got != want {
			t.Errorf("clock(%v) = %q, want %q", at, got, want)
		}
	}
	for want, d := range map[string]time.Duration{
		"0 s": -time.Second, "12 s": 12 * time.Second, "1 min": 50 * time.Second, "23 min": 23*time.Minute + 10*time.Second,
		"1 h": time.Hour, "2 h 5 min": 125 * time.Minute, "1 d": 24 * time.Hour, "3 d 4 h": 76 * time.Hour,
	} {
		if got := lasted(d); got != want {
			t.Errorf("lasted(%v) = %q, want %q", d, got, want)
		}
	}
	same(t, "seconds", "9.2 s", seconds(9200))
	same(t, "many seconds", "121 s", seconds(120_600))
}
