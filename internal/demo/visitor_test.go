package demo

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// browser visits a shop without a network and keeps its cookie.
type browser struct {
	t      *testing.T
	shop   *Shop
	cookie *http.Cookie
}

// stockOnce is loaded once for all tests: painting takes a while under the race
// detector.
var stockOnce = sync.OnceValues(loadStock)

func newBrowser(t *testing.T, troubles ...string) *browser {
	t.Helper()
	st, err := stockOnce()
	if err != nil {
		t.Fatal(err)
	}
	shop, err := openShop(st, troubles...)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, shop: shop}
}

func (b *browser) do(r *http.Request) *httptest.ResponseRecorder {
	b.t.Helper()
	r.Host = "127.0.0.1:8099"
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	w := httptest.NewRecorder()
	b.shop.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.cookie = c
	}
	return w
}

func (b *browser) get(path string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.do(httptest.NewRequest(http.MethodGet, path, http.NoBody))
}

// post sends a form given as names, each followed by its value.
func (b *browser) post(path string, fields ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.do(postRequest(path, fields...))
}

func postRequest(path string, fields ...string) *http.Request {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// orderFields is a form that the checkout takes.
func orderFields() []string {
	return []string{
		"name", "Noa Levi", "email", "noa@example.com", "address", "Herzl 1", "city", "Haifa", "country", "il",
		"card", testCard, "expiry", "12/30", "code", "123", "terms", "yes",
	}
}

// shows fails unless a page has the status and the texts.
func shows(t *testing.T, w *httptest.ResponseRecorder, status int, texts ...string) {
	t.Helper()
	if w.Code != status {
		t.Fatalf("status %d, want %d; body:\n%s", w.Code, status, w.Body)
	}
	seen := parse(t, w.Body.String()).text
	for _, text := range texts {
		if !strings.Contains(seen, text) {
			t.Errorf("no %q on the page; it says:\n%s", text, seen)
		}
	}
}

// leadsTo fails unless the answer sends the visitor elsewhere, and returns
// where.
func leadsTo(t *testing.T, w *httptest.ResponseRecorder, path string) string {
	t.Helper()
	location := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(location, path) {
		t.Fatalf("status %d to %q, want 303 to %q", w.Code, location, path)
	}
	return location
}

// document is a page taken apart.
type document struct {
	elements []element
	text     string
}

type element struct {
	name  string
	attrs map[string]string
	text  string // of everything in it
}

func (d document) all(names ...string) []element {
	var found []element
	for _, e := range d.elements {
		for _, name := range names {
			if e.name == name {
				found = append(found, e)
			}
		}
	}
	return found
}

// parse reads HTML as far as the shop writes it: every element closed, or one
// of those that never are.
func parse(t *testing.T, html string) document {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(html))
	decoder.Strict = false
	decoder.AutoClose = xml.HTMLAutoClose
	decoder.Entity = xml.HTMLEntity
	var d document
	var open []int
	var text strings.Builder
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			d.text = strings.Join(strings.Fields(text.String()), " ")
			return d
		}
		if err != nil {
			t.Fatalf("the page is not well-formed: %v\n%s", err, html)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attrs: map[string]string{}}
			for _, a := range token.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			open = append(open, len(d.elements))
			d.elements = append(d.elements, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			text.Write(token)
			for _, i := range open {
				d.elements[i].text += string(token)
			}
		}
	}
}
