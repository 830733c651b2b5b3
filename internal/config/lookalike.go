package config

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// alike reports whether one name is easily taken for the other: they differ by
// hyphens alone, or in a word of at least four letters by one letter that is
// there once more, or by two that changed places. Numbers tell names apart, and
// so does a letter instead of another: a book is no boot.
func alike(a, b string) bool {
	if a == b {
		return false
	}
	if strings.ReplaceAll(a, "-", "") == strings.ReplaceAll(b, "-", "") {
		return true
	}
	as, bs := strings.Split(a, "-"), strings.Split(b, "-")
	if len(as) != len(bs) {
		return false
	}
	differing := -1
	for i := range as {
		if as[i] != bs[i] {
			if differing >= 0 {
				return false
			}
			differing = i
		}
	}
	return slip(as[differing], bs[differing])
}

// slip reports whether one word is the other with a slip of the finger.
func slip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	const digits = "0123456789"
	if len(a) < 4 || strings.ContainsAny(a+b, digits) {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch len(b) - len(a) {
	case 1:
		return a[i:] == b[i+1:]
	case 0:
		return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
	}
	return false
}

// remainders are what names that are alike have in common: the name without
// its hyphens, and what is left of that when one letter is taken out.
func remainders(name string) []string {
	bare := strings.ReplaceAll(name, "-", "")
	all := []string{bare}
	for i := range len(bare) {
		all = append(all, bare[:i]+bare[i+1:])
	}
	return all
}

func endsInLetter(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func beginsWithLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}
