package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"samui/internal/incident"
)

//go:embed assets
var assets embed.FS

// pages are the templates and the files beside them, read once.
type pages struct {
	templates map[string]*template.Template // by the file's name without .html
	files     map[string][]byte             // style.css …
	versions  map[string]string             // of the files: a hash
}

// parsePages reads what is embedded. Every page is laid into layout.html and
// may use what parts.html and charts.html define.
func parsePages() (pages, error) {
	p := pages{templates: map[string]*template.Template{}, files: map[string][]byte{}, versions: map[string]string{}}
	entries, err := fs.ReadDir(assets, "assets")
	if err != nil {
		return p, fmt.Errorf("reading the pages: %w", err)
	}
	for _, e := range entries {
		if path.Ext(e.Name()) == ".html" {
			continue
		}
		data, err := assets.ReadFile("assets/" + e.Name())
		if err != nil {
			return p, fmt.Errorf("reading %q: %w", e.Name(), err)
		}
		hash := sha256.Sum256(data)
		p.files[e.Name()], p.versions[e.Name()] = data, hex.EncodeToString(hash[:6])
	}
	own := template.FuncMap{
		"asset": func(name string) string { return "/" + name + "?v=" + p.versions[name] },
		// The templates' own escaping leaves / and ? of a name in a path as they are.
		"path": url.PathEscape, "external": external,
		"word": word, "class": class, "seconds": seconds, "limit": limit, "millis": millis, "size": size, "counted": counted, "grouped": grouped,
		"wiretable": func(w waterfall, rows []wireRow, first bool) wireTable { return wireTable{w, rows, first} },
	}
	for _, e := range entries {
		name, page := strings.CutSuffix(e.Name(), ".html")
		if !page || name == "layout" || name == "parts" || name == "charts" {
			continue
		}
		t, err := template.New("layout.html").Funcs(own).ParseFS(assets, "assets/layout.html", "assets/parts.html", "assets/charts.html", "assets/"+e.Name())
		if err != nil {
			return p, fmt.Errorf("parsing the page %q: %w", name, err)
		}
		p.templates[name] = t
	}
	return p, nil
}

// file sends one of the files that pages need. Their addresses hold their
// versions, so that a browser may keep them.
func (s *server) file(kind, name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		if r.FormValue("v") == s.pages.versions[name] {
			w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
		}
		_, _ = w.Write(s.pages.files[name]) // a reader that went away misses nothing
	}
}

// frame is what every page has around its content.
type frame struct {
	Title string // of the document
	Here  string // the part of the navigation: overview, incidents, samui
	Now   moment
	Open  int  // incidents
	Live  bool // it changes with results

	open []incident.Incident
}

// Frame is what the layout asks for: a page may have fields of the same names.
func (f frame) Frame() frame { return f }

// frame begins a page.
func (s *server) frame(r *http.Request, here, title string) (frame, error) {
	now := s.now()
	f := frame{Title: title, Here: here, Now: momentOf(now, now), Live: s.Events != nil}
	if s.Incidents == nil {
		return f, nil
	}
	var err error
	f.open, err = s.Incidents.Incidents(r.Context(), IncidentQuery{State: incident.Open, Limit: mostOpen})
	f.Open = len(f.open)
	return f, err
}

// show sends a page.
func (s *server) show(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	var page bytes.Buffer
	if err := s.pages.templates[name].ExecuteTemplate(&page, "layout.html", data); err != nil {
		s.sorry(w, r, fmt.Errorf("making the page %q: %w", name, err))
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy("'self'"))
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // a reader that went away misses nothing
}

// notice is a page that says what is wrong, and what to do.
type notice struct {
	frame
	What, Hint string
}

func (s *server) notice(w http.ResponseWriter, r *http.Request, status int, what, hint string) {
	now := s.now()
	s.show(w, r, status, "notice", notice{frame{Title: what, Now: momentOf(now, now)}, what, hint})
}

// sorry is for what isn't the asker's fault; why stands in the log only.
func (s *server) sorry(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // the asker went away
	}
	s.log.Error("making a page", "path", r.URL.Path, "error", err)
	s.notice(w, r, http.StatusInternalServerError, "Samui could not read its results", "The log says why. The page /samui tells what else is wrong.")
}

// choice is one of several pages to go to, as a picker shows it.
type choice struct {
	Label, URL string
	Current    bool
}

// period is how far back a page looks.
type period struct {
	Name   string
	Length time.Duration
}

func periods() []period { return []period{{"24h", day}, {"7d", 7 * day}, {"30d", 30 * day}} }

// Words is the period for people.
func (p period) Words() string {
	return map[string]string{"24h": "24 hours", "7d": "7 days", "30d": "30 days"}[p.Name]
}

// periodOf is the one that is asked for; ok is false where there is no such.
func periodOf(r *http.Request) (p period, ok bool) {
	name := r.FormValue("period")
	if name == "" {
		return periods()[0], true
	}
	for _, p := range periods() {
		if p.Name == name {
			return p, true
		}
	}
	return period{}, false
}

// choices are the same page with another value of one key; an empty value
// leaves the key out, which is its default.
func choices(r *http.Request, key string, values, labels []string) []choice {
	now := r.FormValue(key)
	all := make([]choice, len(values))
	for i, value := range values {
		query := r.URL.Query()
		query.Del("before") // the place in a list belongs to what is listed
		query.Set(key, value)
		if value == "" {
			query.Del(key)
		}
		all[i] = choice{labels[i], (&url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: query.Encode()}).String(), value == now}
	}
	return all
}

// periodChoices are the picker of periods, whose default has no key.
func periodChoices(r *http.Request) []choice {
	return choices(r, "period", []string{"", "7d", "30d"}, []string{"24 h", "7 d", "30 d"})
}
