package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"samui/internal/journey"
)

// language is one language's words: of a site, and of the journey that is walked on it.
type language struct {
	dir, home, search, product, shoes, find, results, add, inCart, gone, title, file string
}

// TestTwoLanguages walks one journey in Hebrew on a Hebrew site, and in English
// on its English twin, whole and failing: all but the words is the same, and
// the words come through whole.
func TestTwoLanguages(t *testing.T) {
	english := language{"ltr", "Our shop", "Search", "Red shoes", "shoes", "Find", "3 results for", "Add to cart", "In your cart: 1", "Add to wish list", "Buy shoes", "shoes.yaml"}
	hebrew := language{"rtl", "החנות שלנו", "חיפוש", "נעליים אדומות", "נעליים", "חפש", "3 תוצאות עבור", "הוסף לסל", `בסל: 1 (כולל מע״מ)`, "הוסף למועדפים", "קניית נעליים", "נעליים.yaml"}
	for _, failing := range []bool{false, true} {
		one, said := walkIn(t, english, failing)
		other, saidInHebrew := walkIn(t, hebrew, failing)
		if one != other {
			t.Errorf("failing %v:\nEnglish %s\nHebrew  %s", failing, one, other)
		}
		for _, part := range []string{english.title, english.results} {
			if !strings.Contains(said, part) {
				t.Errorf("%q is missing in %s", part, said)
			}
		}
		for _, part := range []string{hebrew.title, hebrew.results} {
			if !strings.Contains(saidInHebrew, part) {
				t.Errorf("%q is missing in %s", part, saidInHebrew)
			}
		}
		t.Log(one)
	}
}

// walkIn gives what a visit was like apart from its words, and all that was
// said of it.
func walkIn(t *testing.T, w language, failing bool) (shape, said string) {
	t.Helper()
	site := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		out.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(out, `<!doctype html><html dir=%s><meta charset=utf-8><title>%s</title><h1>%s</h1><form><label>%s <input name=q></label><button>%s</button></form>`, w.dir, w.home, w.home, w.search, w.find)
		if q := r.URL.Query().Get("q"); q != "" && q == w.shoes {
			fmt.Fprintf(out, `<p>%s %s</p><article>%s <button onclick="this.nextElementSibling.textContent='%s'">%s</button><output></output></article>`, w.results, w.shoes, w.product, w.inCart, w.add)
		}
	}))
	defer site.Close()
	press := w.add
	if failing {
		press = w.gone
	}
	path := filepath.Join(t.TempDir(), w.file)
	text := fmt.Sprintf(`journey: buy
title: %[1]q
stage: purchase
url: %[2]s
every: 5m
thresholds: {page: {slow: 500ms, bad: 1s, critical: 2s}, in_page: {slow: 500ms, bad: 1s, critical: 2s}}
vars: {product: %[3]q}
steps:
  - step: home
    title: %[4]q
    do: [{open: /}]
    expect: [{text: %[4]q}, {title: %[4]q}]
  - step: search
    title: %[9]q
    do: [{fill: {label: %[5]q, with: "${product}"}}, {click: %[6]q}]
    expect: [{text: %[9]q}, {url: {contains: %[10]q}}, {value: {label: %[5]q, is: ""}}]
  - step: add
    title: %[7]q
    do: [{click: {role: button, name: %[7]q, within: {css: article, has: %[11]q}}}]
    expect: [{text: {in: {css: output}, is: %[8]q}}]
    timeout: 4s
`, w.title, site.URL, w.shoes, w.home, w.search, w.find, press, strings.ReplaceAll(w.inCart, "״", `"`), w.results, "q="+w.shoes, w.product)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, plain, errs bytes.Buffer
	var r journey.Run
	// A machine that is too busy to look says nothing of languages.
	for tries := 0; tries < 5 && (r.RunID == "" || r.Outcome == journey.ProbeError); tries++ {
		out.Reset()
		run(t.Context(), []string{"run", "--json", "--no-sandbox", path}, strings.NewReader(""), &out, &errs)
		r = journey.Run{}
		if err := json.Unmarshal(out.Bytes(), &r); err != nil {
			t.Fatalf("%v: %s%s", err, out.Bytes(), errs.Bytes())
		}
	}
	for tries := 0; tries < 5 && (tries == 0 || strings.Contains(plain.String(), "PROBE ERROR")); tries++ {
		plain.Reset()
		run(t.Context(), []string{"run", "--no-sandbox", path}, strings.NewReader(""), &plain, &errs)
	}
	var b strings.Builder
	for _, s := range r.Steps {
		fmt.Fprintf(&b, "%s %v already=%v", s.Step, s.Outcome == journey.Failed || s.Outcome == journey.Skipped, s.Already)
		if s.Page != nil {
			fmt.Fprintf(&b, " %s", s.Page.Navigation)
		}
		if s.Requests != nil {
			fmt.Fprintf(&b, " %d requests", s.Requests.Count)
		}
		if s.Failure != nil {
			fmt.Fprintf(&b, " %s near %d", s.Failure.Kind, min(1, len(s.Failure.Nearest)))
			if len(s.Failure.Nearest) == 0 || !strings.Contains(s.Failure.Nearest[0], w.add) || !strings.Contains(plain.String(), w.add) {
				t.Errorf("nearest %q, want %q; told as\n%s", s.Failure.Nearest, w.add, plain.String())
			}
		}
		b.WriteString("; ")
	}
	return b.String(), out.String() + plain.String()
}
