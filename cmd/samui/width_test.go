package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestColumns(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"", 0},
		{"abc", 3},
		{"שלום", 4},
		{"שָׁלוֹם", 4},
		{"e\u0301", 1},
		{"靴を", 4},
		{"한국", 4},
		{"\u1112\u1161\u11ab", 2},
		{"ＡＢ", 4},
		{"🛒", 2},
		{"👩\u200d👩\u200d👧", 2},
		{"🇯🇵", 2},
		{"🇯🇵🇮🇱", 4},
		{"\u2068שלום\u2069", 4},
		{"a\u200bb", 2},
	} {
		if got := columns(c.text); got != c.want {
			t.Errorf("columns(%q) = %d, want %d", c.text, got, c.want)
		}
	}
}

func TestPrintable(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"plain", "Add to cart", "Add to cart"},
		{"white space", "  a\r\n\tb\u00a0\u2028c ", "a b c"},
		{"escape sequence", "\x1b[31mred", "\ufffd[31mred"},
		{"eight-bit controls", "a\u009b31mb", "a\ufffd31mb"},
		{"bidi overrides", "a\u202eb\u2067c\u200f", "abc"},
		{"joiners stay", "می\u200cخواهم 👩\u200d👧", "می\u200cخواهم 👩\u200d👧"},
		{"invalid UTF-8", "a\xffb", "a\ufffdb"},
		{"private use", "a\ue000b", "a\ufffdb"},
		{"tags", "a\U000e0041b", "ab"},
	} {
		if got := printable(c.text); got != c.want {
			t.Errorf("%s: printable(%q) = %q, want %q", c.name, c.text, got, c.want)
		}
	}
}

func TestTruncate(t *testing.T) {
	for _, c := range []struct {
		text string
		to   int
		want string
	}{
		{"short", 5, "short"},
		{"longer", 5, "long…"},
		{"two words", 5, "two…"},
		{"靴を探す", 6, "靴を…"},
		{"שָׁלוֹם רב", 4, "שָׁלוֹ…"},
		{"👩\u200d👧👩\u200d👧", 3, "👩\u200d👧…"},
	} {
		if got := truncate(c.text, c.to); got != c.want {
			t.Errorf("truncate(%q, %d) = %q, want %q", c.text, c.to, got, c.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		name, text string
		to         int
		want       []string
	}{
		{"nothing", "", 10, []string{""}},
		{"fits", "one two", 7, []string{"one two"}},
		{"between words", "one two three", 8, []string{"one two", "three"}},
		{"long word", "abcdefgh ij", 3, []string{"abc", "def", "gh", "ij"}},
		{"wide", "靴を探す", 5, []string{"靴を", "探す"}},
		{"wider than the line", "👩\u200d👧", 1, []string{"👩\u200d👧"}},
	} {
		if diff := cmp.Diff(c.want, wrap(c.text, c.to)); diff != "" {
			t.Errorf("%s: wrap(%q, %d) (-want +got):\n%s", c.name, c.text, c.to, diff)
		}
	}
}

func TestIsolateOnlyWhatRunsFromTheRight(t *testing.T) {
	if got := isolate("Buy shoes"); got != "Buy shoes" {
		t.Errorf("isolate changed a left-to-right text: %q", got)
	}
	if got, want := pad("שלום", 6), "\u2068שלום\u2069  "; got != want {
		t.Errorf("pad = %q, want %q", got, want)
	}
}

// Whatever a page says, what is printed of it moves no cursor, starts no line
// and takes as many columns as it is given.
func FuzzPrintable(f *testing.F) {
	f.Add("\x1b[2J\x1b]0;title\x07", 10)
	f.Add("שלום \u202e abc", 3)
	f.Add("👩\u200d👩\u200d👧 🇯🇵🇯", 5)
	f.Fuzz(func(t *testing.T, text string, to int) {
		to = 2 + max(0, to)%200
		safe := printable(text)
		for _, r := range safe {
			if r < ' ' || (r >= 0x7f && r < 0xa0) {
				t.Fatalf("printable(%q) = %q has the control %U", text, safe, r)
			}
		}
		if again := printable(safe); again != safe {
			t.Fatalf("printable(%q) = %q, and that again %q", text, safe, again)
		}
		if cut := truncate(safe, to); columns(cut) > to {
			t.Fatalf("truncate(%q, %d) takes %d columns", safe, to, columns(cut))
		}
		lines := wrap(safe, to)
		for _, line := range lines {
			if columns(line) > to {
				t.Fatalf("wrap(%q, %d) has %q of %d columns", safe, to, line, columns(line))
			}
		}
		if got := strings.ReplaceAll(strings.Join(lines, ""), " ", ""); got != strings.ReplaceAll(safe, " ", "") {
			t.Fatalf("wrap(%q, %d) lost something: %q", safe, to, lines)
		}
	})
}
