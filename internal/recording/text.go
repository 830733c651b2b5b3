package recording

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// clip is s cut to so many bytes, between two characters.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	s = s[:most]
	for len(s) > 0 {
		r, size := utf8.DecodeLastRuneInString(s)
		if r != utf8.RuneError || size > 1 {
			break
		}
		s = s[:len(s)-1]
	}
	return s + "…"
}

// unseen are characters that turn or hide what stands around them.
func unseen(r rune) bool {
	return unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff' || r == '\u00ad' || r == '\u200b' || r == '\u2060'
}

// oneLine is a text that can stand in a line of a report or of a comment:
// white space folded, without marks that nobody sees.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unseen(r):
			return -1
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// shown is a text as people see it, for a target or a title, which are
// compared so. Quotes round it become plain ones, or a reader would take them
// for YAML's.
func shown(s string) string {
	s = oneLine(s)
	if quoted(s) {
		_, first := utf8.DecodeRuneInString(s)
		_, last := utf8.DecodeLastRuneInString(s)
		s = `"` + s[first:len(s)-last] + `"`
	}
	return s
}

// quoted reports whether typographic quotes stand round a text.
func quoted(s string) bool {
	const opening, closing = "״“”„«‟", "״“”»‟"
	first, size := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	return len(s) > size && strings.ContainsRune(opening, first) && strings.ContainsRune(closing, last)
}

// typed is what somebody typed, without what no keyboard types.
func typed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
}

// latin reports whether a text is written in Latin letters, so that English
// words may stand beside it.
func latin(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) {
			return false
		}
	}
	return s != ""
}

// longestID is how long a name made of a text may be.
const longestID = 32

// slug is a text as a name of a-z, 0-9 and -; empty where nothing is left of
// it. Long ones end with a word.
func slug(s string) string {
	plain := strings.NewReplacer(
		"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "ø", "oe", "å", "a", "œ", "oe",
		"à", "a", "á", "a", "â", "a", "ã", "a", "ă", "a", "ą", "a", "ç", "c", "ć", "c", "č", "c", "ď", "d", "đ", "d",
		"è", "e", "é", "e", "ê", "e", "ë", "e", "ę", "e", "ě", "e", "ğ", "g", "ì", "i", "í", "i", "î", "i", "ï", "i", "ı", "i",
		"ł", "l", "ñ", "n", "ń", "n", "ň", "n", "ò", "o", "ó", "o", "ô", "o", "õ", "o", "ő", "o", "ř", "r", "ś", "s", "š", "s", "ş", "s", "ș", "s",
		"ť", "t", "ţ", "t", "ț", "t", "ù", "u", "ú", "u", "û", "u", "ů", "u", "ű", "u", "ý", "y", "ÿ", "y", "ź", "z", "ż", "z", "ž", "z", "'", "", "’", "",
	).Replace(strings.ToLower(clip(s, 400)))
	words := strings.FieldsFunc(plain, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	var b strings.Builder
	for _, w := range words {
		if b.Len() > 0 && b.Len()+1+len(w) > longestID {
			break
		}
		if b.Len() > 0 {
			b.WriteByte('-')
		}
		b.WriteString(w)
	}
	return strings.Trim(b.String()[:min(b.Len(), longestID)], "-")
}
