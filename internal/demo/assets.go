package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strings"
	"text/template"
	"time"
)

// assets are the files that pages ask for: styles, scripts, pictures. They
// never change after loading.
type assets struct {
	static   map[string]asset // by name, under /static/
	pictures map[string]asset // by name, under /img/
	heroes   map[string]asset // likewise
	tag      []byte           // the third party's script
}

type asset struct {
	content []byte
	hash    string
}

func newAsset(content []byte) asset {
	sum := sha256.Sum256(content)
	return asset{content: content, hash: hex.EncodeToString(sum[:6])}
}

// loadAssets reads the files and paints the pictures.
func loadAssets(l *locale) (*assets, error) {
	a := &assets{static: map[string]asset{}}
	entries, err := web.ReadDir("web/static")
	if err != nil {
		return nil, fmt.Errorf("reading the shop: %w", err)
	}
	for _, entry := range entries {
		content, err := web.ReadFile("web/static/" + entry.Name())
		if err != nil {
			return nil, fmt.Errorf("reading the shop: %w", err)
		}
		if entry.Name() == "tag.js" {
			a.tag = content
			continue
		}
		a.static[entry.Name()] = newAsset(content)
	}
	if a.pictures, err = drawProducts(l.products); err != nil {
		return nil, err
	}
	a.heroes, err = paintHeroes()
	return a, err
}

// drawProducts draws each product from its shape and its colours.
func drawProducts(products []product) (map[string]asset, error) {
	shapes, err := template.ParseFS(web, "web/art.svg")
	if err != nil {
		return nil, fmt.Errorf("reading the shop: %w", err)
	}
	drawn := map[string]asset{}
	for _, p := range products {
		var picture, shape bytes.Buffer
		err := shapes.ExecuteTemplate(&shape, p.Shape, p)
		if err == nil {
			err = shapes.ExecuteTemplate(&picture, "picture", struct {
				product
				Art string
			}{p, shape.String()})
		}
		if err != nil {
			return nil, fmt.Errorf("drawing %q: %w", p.Slug, err)
		}
		drawn[p.Slug+".svg"] = newAsset(picture.Bytes())
	}
	return drawn, nil
}

// URL is the address of a static file. It changes with the content, so the
// file may be kept forever.
func (a *assets) URL(name string) (string, error) {
	file, ok := a.static[name]
	if !ok {
		return "", fmt.Errorf("there is no static file %q", name)
	}
	return "/static/" + name + "?v=" + file.hash, nil
}

// lateBanner is the script of layout-shift.
const lateBanner = "banner.js"

func (s *Shop) assetRoutes(mux *http.ServeMux) {
	const forever = "public, max-age=31536000, immutable"
	normally := same(pictureLatency)
	for name, file := range s.assets.static {
		if name != lateBanner {
			mux.Handle("GET /static/"+name, serveAsset(name, file, forever, normally))
		}
	}
	// A browser that kept the banner would show it before anything could move.
	mux.Handle("GET /static/"+lateBanner, serveAsset(lateBanner, s.assets.static[lateBanner], "no-store", same(lateBannerLatency)))
	for name, file := range s.assets.pictures {
		mux.Handle("GET /img/"+name, serveAsset(name, file, "public, max-age=3600", normally))
	}
	// The hero is asked for again each time, so that late-image is felt on
	// every visit, also by a browser that has seen it before.
	for name, file := range s.assets.heroes {
		mux.Handle("GET /img/"+name, serveAsset(name, file, "no-cache", s.instead(lateImage, heroLatency, lateHeroLatency)))
	}
	mux.Handle("GET /favicon.ico", serveAsset("icon.svg", s.assets.static["icon.svg"], forever, normally))
}

func serveAsset(name string, file asset, cache string, wait latency) http.Handler {
	kind := mime.TypeByExtension(path.Ext(name))
	if strings.HasSuffix(name, ".svg") {
		kind = "image/svg+xml"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !pause(r.Context(), wait()) {
			return
		}
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Cache-Control", cache)
		h.Set("ETag", `"`+file.hash+`"`)
		h.Set("X-Content-Type-Options", "nosniff")
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(file.content))
	})
}

// robots asks search engines to stay out of the parts that are one visitor's.
func (s *Shop) robots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("User-agent: *\nDisallow: /cart\nDisallow: /checkout\nDisallow: /orders\nDisallow: /club\nDisallow: /_trouble\n"))
}
