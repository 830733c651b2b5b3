package config

import (
	"fmt"
	"strings"
	"unicode"
)

// didYouMean is a hint with the known word that is nearest to what was
// written, or empty where none is near.
func didYouMean(written string, known []string) string {
	if near := Nearest(written, known); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return invisibleHint(written)
}

// Nearest is the known word that was probably meant: the one that the fewest
// edits turn into what was written, case and hyphens apart; empty where none is
// near, or where it is the very same.
func Nearest(written string, known []string) string {
	if len(written) > longest {
		return ""
	}
	plain := plainWord(written)
	best, bestDistance := "", (1+len([]rune(plain)))/3
	for _, k := range known {
		if k == written {
			continue
		}
		d := distance([]rune(plain), []rune(plainWord(k)))
		if d < bestDistance || (d == bestDistance && best == "") { // the first of equals
			best, bestDistance = k, d
		}
	}
	return best
}

// plainWord folds what people mix up: case, hyphens and spaces.
func plainWord(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == ' ':
			return '_'
		case invisible(r):
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// distance is the number of letters to insert, drop, change or swap with their
// neighbour (optimal string alignment).
func distance(a, b []rune) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}

// invisible reports whether a character can't be seen: bidi controls, zero
// width characters and the like.
func invisible(r rune) bool { return unicode.Is(unicode.Cf, r) || unicode.IsControl(r) }

// invisibleHint names a character that can't be seen.
func invisibleHint(s string) string {
	for _, r := range s {
		if invisible(r) {
			return fmt.Sprintf("it holds the invisible character U+%04X; type the word anew", r)
		}
	}
	return ""
}
