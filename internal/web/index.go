package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
)

//go:embed assets
var assets embed.FS

// pages are the templates, parsed once.
type pages struct {
	index *template.Template
	css   []byte
}

func parsePages() (pages, error) {
	// The templates' own escaping leaves / and ? of a name in a path as they are.
	own := template.FuncMap{"path": url.PathEscape}
	index, err := template.New("index.html").Funcs(own).ParseFS(assets, "assets/index.html")
	if err != nil {
		return pages{}, fmt.Errorf("parsing the page: %w", err)
	}
	css, err := assets.ReadFile("assets/style.css")
	if err != nil {
		return pages{}, fmt.Errorf("reading the style: %w", err)
	}
	return pages{index, css}, nil
}

// index says what there is, and lists what is registered.
func (s *server) index(w http.ResponseWriter, r *http.Request) {
	var page bytes.Buffer
	if err := s.pages.index.Execute(&page, s.Journeys()); err != nil {
		s.broken(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page.Bytes()) // a reader that went away misses nothing
}

func (s *server) style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(s.pages.css)
}
