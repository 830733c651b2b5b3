package demo

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// locale is the shop in one language: its words, its prices and the path that
// it lives under. It never changes after loading.
type locale struct {
	Code     string // BCP 47
	Dir      string // ltr or rtl
	Prefix   string // of every path: "" or "/he"
	words    map[string]string
	money    func(amount string) string
	products []product
}

// loadLocales reads the shop's languages, the default first.
func loadLocales() ([]*locale, error) {
	locales := []*locale{
		{Code: "en", Dir: "ltr", money: func(amount string) string { return "$" + amount }},
		// The mark before the number and the space that never breaks are what
		// Unicode's CLDR writes in Hebrew.
		{Code: "he", Dir: "rtl", Prefix: "/he", money: func(amount string) string { return "\u200f" + amount + "\u00a0₪" }},
	}
	for _, l := range locales {
		if err := readJSON("web/text/"+l.Code+".json", &l.words); err != nil {
			return nil, err
		}
	}
	if err := loadProducts(locales); err != nil {
		return nil, err
	}
	return locales, nil
}

func readJSON(name string, into any) error {
	data, err := web.ReadFile(name)
	if err != nil {
		return fmt.Errorf("reading the shop: %w", err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("reading the shop: %s: %w", name, err)
	}
	return nil
}

// T is the text of a key. Arguments fill its verbs.
func (l *locale) T(key string, args ...any) (string, error) {
	text, ok := l.words[key]
	if !ok {
		return "", fmt.Errorf("text/%s.json has no %q", l.Code, key)
	}
	if len(args) > 0 {
		text = fmt.Sprintf(text, args...)
	}
	return text, nil
}

// text is T for keys that are written in the code.
func (l *locale) text(key string, args ...any) string {
	text, err := l.T(key, args...)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return text
}

// Count is the text of a number of things: key.one for one of them, else
// key.many with the number.
func (l *locale) Count(key string, n int) (string, error) {
	if n == 1 {
		return l.T(key + ".one")
	}
	return l.T(key+".many", n)
}

// URL is a path of the shop in this language.
func (l *locale) URL(path string) string { return l.Prefix + path }

// pattern is a ServeMux pattern in this language.
func (l *locale) pattern(pattern string) string {
	if method, path, ok := strings.Cut(pattern, " "); ok {
		return method + " " + l.Prefix + path
	}
	return l.Prefix + pattern
}

// Money is a price as it is written in this language.
func (l *locale) Money(amount int) string { return l.money(l.Number(amount)) }

// Number is a number with separated thousands.
func (l *locale) Number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
