package demo

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// TestEveryPage walks every link of the shop, as somebody with a full cart who
// is signed in, and looks at each page it comes to.
func TestEveryPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		b.post("/cart/add", "product", "halo-two")
		b.post("/club/sign-in", "email", memberEmail, "password", memberPassword)
		pages, files := crawl(t, b, "/", "/he/", "/search?q=shoes", "/search?q=nothing", "/he/search?q=נעליים",
			"/orders?number=GH-20418", "/orders?number=none", controlPage)

		stranger := newBrowser(t)
		morePages, _ := crawl(t, stranger, "/cart", "/he/cart", "/club", "/he/club")
		if len(pages) < 50 || len(files) < 15 || len(morePages) < 4 {
			t.Errorf("%d pages, %d files and %d pages of a stranger were seen; want at least 50, 15 and 4", len(pages), len(files), len(morePages))
		}
		for _, want := range []string{"/checkout", "/he/checkout", "/browse/packs", "/he/browse/packs", "/products/ember", "/he/returns"} {
			if !slices.Contains(pages, want) {
				t.Errorf("no link leads to %s", want)
			}
		}
	})
}

// crawl follows every link and fetches every file from the given pages on. It
// returns the addresses of both.
func crawl(t *testing.T, b *browser, from ...string) (pages, files []string) {
	t.Helper()
	seen := map[string]bool{}
	for len(from) > 0 {
		path := from[0]
		from = from[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		w := b.get(path)
		if w.Code != http.StatusOK {
			t.Errorf("%s: status %d", path, w.Code)
			continue
		}
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			files = append(files, path)
			continue
		}
		pages = append(pages, path)
		d := parse(t, w.Body.String())
		inspect(t, path, d)
		for _, e := range d.elements {
			for _, to := range []string{e.attrs["href"], e.attrs["src"]} {
				if strings.HasPrefix(to, "/") {
					from = append(from, to)
				} else if to != "" && !strings.HasPrefix(to, "#") && e.name != "script" {
					t.Errorf("%s: %s leads out of the shop, to %s", path, e.name, to)
				}
			}
		}
	}
	return pages, files
}

// inspect looks for what a page must have: a language, a title, one headline,
// and names that assistive technology, and Samui, can find things by.
func inspect(t *testing.T, path string, d document) {
	t.Helper()
	html := d.all("html")[0]
	lang, dir := html.attrs["lang"], html.attrs["dir"]
	if hebrew := strings.HasPrefix(path, "/he/"); hebrew != (lang == "he") || hebrew != (dir == "rtl") {
		t.Errorf("%s: lang %q dir %q", path, lang, dir)
	}
	if titles := d.all("title"); len(titles) != 1 || strings.TrimSpace(titles[0].text) == "" {
		t.Errorf("%s: titles %v, want one", path, titles)
	}
	if h := d.all("h1"); len(h) != 1 || strings.TrimSpace(h[0].text) == "" {
		t.Errorf("%s: headlines %v, want one", path, h)
	}

	ids, labels := map[string]bool{}, map[string]bool{}
	for _, e := range d.elements {
		if id := e.attrs["id"]; id != "" {
			if ids[id] {
				t.Errorf("%s: id %q is there twice", path, id)
			}
			ids[id] = true
		}
		if e.name == "label" {
			labels[e.attrs["for"]] = true
		}
	}
	for _, e := range d.all("input", "select", "textarea", "meter") {
		if e.attrs["type"] != "hidden" && !labels[e.attrs["id"]] {
			t.Errorf("%s: field %v has no label", path, e.attrs)
		}
	}
	for _, e := range d.all("button") {
		if strings.TrimSpace(e.text) == "" && e.attrs["aria-label"] == "" {
			t.Errorf("%s: button %v has no name", path, e.attrs)
		}
	}
	for _, e := range d.all("img") {
		if _, ok := e.attrs["alt"]; !ok {
			t.Errorf("%s: picture %q has no alt", path, e.attrs["src"])
		}
	}
	for _, e := range d.elements {
		for _, to := range []string{"aria-controls", "aria-describedby", "for"} {
			if id := e.attrs[to]; id != "" && !ids[id] {
				t.Errorf("%s: %s of %s names %q, which isn't there", path, to, e.name, id)
			}
		}
		if _, ok := e.attrs["style"]; ok || e.name == "style" || e.name == "script" && strings.TrimSpace(e.text) != "" {
			t.Errorf("%s: %s with style or script inside, which the policy forbids", path, e.name)
		}
	}
}

// TestLanguagesSayTheSame compares the keys, not the words.
func TestLanguagesSayTheSame(t *testing.T) {
	locales, err := loadLocales()
	if err != nil {
		t.Fatal(err)
	}
	english, hebrew := locales[0], locales[1]
	for _, key := range slices.Sorted(maps.Keys(english.words)) {
		en, he := english.words[key], hebrew.words[key]
		if he == "" || en == "" {
			t.Errorf("%q is %q in English and %q in Hebrew", key, en, he)
		}
		if strings.Count(en, "%s") != strings.Count(he, "%s") || strings.Count(en, "%d") != strings.Count(he, "%d") {
			t.Errorf("%q takes other arguments in Hebrew: %q, %q", key, en, he)
		}
	}
	if len(english.words) != len(hebrew.words) {
		t.Errorf("%d texts in English, %d in Hebrew", len(english.words), len(hebrew.words))
	}
	for i, p := range english.products {
		q := hebrew.products[i]
		if p.Slug != q.Slug || q.Amount == 0 || p.Amount == 0 || q.Blurb == "" || len(p.Details) != len(q.Details) {
			t.Errorf("product %q differs between the languages: %+v", p.Slug, q)
		}
	}
}

func TestNotFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		for path, headline := range map[string]string{
			"/nowhere": "This path ends here", "/he/nowhere": "השביל נגמר כאן", "/products/nothing": "This path ends here",
			"/browse/nothing": "This path ends here", "/browse/packs/ember": "This path ends here", "/orders/GH-1/confirmed": "This path ends here",
		} {
			shows(t, b.get(path), http.StatusNotFound, headline)
		}
	})
}

// TestPolicy: what a page may load is its own, its scripts by their nonce, and
// the third party under the loopback's other name.
func TestPolicy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		w := b.get("/")
		policy := w.Header().Get("Content-Security-Policy")
		tag := ""
		for _, script := range parse(t, w.Body.String()).all("script") {
			if !strings.Contains(policy, "'nonce-"+script.attrs["nonce"]+"'") {
				t.Errorf("script %s has nonce %q, the policy is %q", script.attrs["src"], script.attrs["nonce"], policy)
			}
			if strings.HasSuffix(script.attrs["src"], tagScript) {
				tag = script.attrs["src"]
			}
		}
		if want := "http://localhost:8099" + tagScript; tag != want {
			t.Errorf("third party's script at %q, want %q", tag, want)
		}
		if again := b.get("/").Header().Get("Content-Security-Policy"); again == policy {
			t.Error("two pages have the same nonce")
		}
		beacon := b.post(tagBeacon)
		if beacon.Code != http.StatusNoContent {
			t.Errorf("beacon answers %d, want 204", beacon.Code)
		}
	})
}

// TestForeignForms: another site can't post in a visitor's name.
func TestForeignForms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		for _, path := range []string{controlPage, "/cart/add", "/checkout"} {
			r := postRequest(path, "name", "bot-wall", "on", "true", "product", "ember")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			if w := b.do(r); w.Code != http.StatusForbidden {
				t.Errorf("%s from another site answers %d, want 403", path, w.Code)
			}
		}
		if b.shop.troubled(botWall) {
			t.Error("another site switched on bot-wall")
		}
	})
}
