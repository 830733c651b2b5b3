package demo

import (
	"bytes"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// page is what every template is given.
type page struct {
	*locale
	Title       string
	Here        string // this page's address without the language's prefix
	Other       *locale
	Assets      *assets
	Nonce       string
	Tag         string // address of the third party's script
	CartCount   int
	AddToCart   string // the button's name
	LayoutShift bool
	LongTask    bool
	Data        any
}

// loadTemplates parses each page together with the frame around it.
func loadTemplates() (map[string]*template.Template, error) {
	frame, err := template.ParseFS(web, "web/templates/frame.html", "web/templates/parts.html")
	if err != nil {
		return nil, fmt.Errorf("reading the shop: %w", err)
	}
	names, err := web.ReadDir("web/templates")
	if err != nil {
		return nil, fmt.Errorf("reading the shop: %w", err)
	}
	templates := map[string]*template.Template{}
	for _, entry := range names {
		name := strings.TrimSuffix(entry.Name(), path.Ext(entry.Name()))
		if name == "frame" || name == "parts" {
			continue
		}
		t, err := frame.Clone()
		if err == nil {
			t, err = t.ParseFS(web, "web/templates/"+entry.Name())
		}
		if err != nil {
			return nil, fmt.Errorf("reading the shop: %w", err)
		}
		templates[name] = t
	}
	return templates, nil
}

// render answers with a page of the shop. Pages show the visitor's cart, so
// nobody may keep a copy of them.
func (s *Shop) render(v *visit, status int, name, title string, data any) {
	tag := thirdParty(v.r)
	other := s.locales[0]
	if other == v.locale {
		other = s.locales[1]
	}
	button := "add_to_cart"
	if s.troubled(renamedButton) {
		button = "add_to_cart.renamed"
	}
	header := v.w.Header()
	header.Set("Content-Language", v.locale.Code)
	header.Set("Cache-Control", "no-store")
	secure(header, v.nonce, tag)
	s.execute(v.w, status, name, page{
		locale:      v.locale,
		Title:       title,
		Here:        strings.TrimPrefix(v.r.URL.RequestURI(), v.locale.Prefix),
		Other:       other,
		Assets:      s.assets,
		Nonce:       v.nonce,
		Tag:         tag + tagScript,
		CartCount:   v.state.Count(),
		AddToCart:   v.locale.text(button),
		LayoutShift: s.troubled(layoutShift),
		LongTask:    s.troubled(longTask),
		Data:        data,
	})
}

// execute writes a page. It is complete before the first byte is sent, so a
// mistake in a template can't leave half a page behind a 200.
func (s *Shop) execute(w http.ResponseWriter, status int, name string, data any) {
	var body bytes.Buffer
	if err := s.templates[name].ExecuteTemplate(&body, "page", data); err != nil {
		panic(fmt.Sprintf("BUG: page %q: %v", name, err))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // the visitor may be gone
}

// secure allows a page its own files, the scripts that carry its nonce, and
// the third party.
func secure(h http.Header, nonce, thirdParty string) {
	h.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'",
		"script-src 'nonce-" + nonce + "'",
		"style-src 'self'",
		"img-src 'self' data:",
		"connect-src 'self' " + thirdParty,
		"frame-src 'self'",
		"form-action 'self'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
	}, "; "))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
}

// URLFor is this page in the other language.
func (p page) URLFor(other *locale) string {
	if p.Here == "" {
		return other.URL("/")
	}
	return other.URL(p.Here)
}

// notFound is the page for an address that leads nowhere.
func (s *Shop) notFound(v *visit) {
	s.render(v, http.StatusNotFound, "notfound", v.locale.text("notfound.title"), nil)
}

// seeOther sends the visitor to another page after a form.
func (v *visit) seeOther(path string) {
	v.w.Header().Set("Cache-Control", "no-store")
	http.Redirect(v.w, v.r, v.locale.URL(path), http.StatusSeeOther)
}

// hostPort splits a request's host; the port is empty where none was given.
func hostPort(r *http.Request) (host, port string) {
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		return r.Host, ""
	}
	return host, port
}
