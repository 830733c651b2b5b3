package demo

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// home is the shop's window.
func (s *Shop) home(v *visit) {
	var arrivals []product
	for _, p := range v.locale.products {
		if p.New {
			arrivals = append(arrivals, p)
		}
	}
	s.render(v, http.StatusOK, "home", v.locale.text("home.title"), arrivals)
}

// guide is the article that people come to from elsewhere.
func (s *Shop) guide(v *visit) {
	var gear []product
	for _, slug := range []string{"halo-two", "cirrus", "ember"} {
		if p, ok := v.locale.find(slug); ok {
			gear = append(gear, p)
		}
	}
	s.render(v, http.StatusOK, "guide", v.locale.text("guide.title"), gear)
}

// results is what a search found. The first product stands out and can be
// bought right there; the others are links.
type results struct {
	Query string
	Found []product
}

func (s *Shop) search(v *visit) {
	query := strings.TrimSpace(v.r.FormValue("q"))
	title := v.locale.text("search.title", query)
	s.render(v, http.StatusOK, "search", title, results{query, v.locale.matching(query)})
}

// maxSuggestions is how many suggestions fit under the search field.
const maxSuggestions = 5

func (s *Shop) suggestions(v *visit) {
	found := v.locale.beginning(v.r.FormValue("q"))
	sendJSON(v.w, http.StatusOK, found[:min(len(found), maxSuggestions)])
}

func (s *Shop) product(v *visit) {
	p, ok := v.locale.find(v.r.PathValue("slug"))
	if !ok {
		s.notFound(v)
		return
	}
	s.render(v, http.StatusOK, "product", v.locale.text("product.title", p.Name), p)
}

// browse is the catalogue: one page for every address under it, which shows
// what the address says by itself, from productData.
func (s *Shop) browse(v *visit) {
	category, slug := v.r.PathValue("category"), v.r.PathValue("slug")
	p, ok := v.locale.find(slug)
	unknown := category != "" && !slices.Contains(categories(), category)
	if unknown || slug != "" && (!ok || p.Category != category) {
		s.notFound(v)
		return
	}
	s.render(v, http.StatusOK, "browse", v.locale.text("browse.title"), nil)
}

// productData is a department's products in the order asked for.
func (s *Shop) productData(v *visit) {
	found := v.locale.category(v.r.FormValue("category"))
	switch v.r.FormValue("sort") {
	case "price":
		slices.SortStableFunc(found, func(a, b product) int { return cmp.Compare(a.Amount, b.Amount) })
	case "-price":
		slices.SortStableFunc(found, func(a, b product) int { return cmp.Compare(b.Amount, a.Amount) })
	case "name":
		slices.SortStableFunc(found, func(a, b product) int { return strings.Compare(a.Name, b.Name) })
	}
	sendJSON(v.w, http.StatusOK, found)
}

// sendJSON answers a script. An empty list is [], never null.
func sendJSON(w http.ResponseWriter, status int, data any) {
	if products, ok := data.([]product); ok && products == nil {
		data = []product{}
	}
	body, err := json.Marshal(data)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// wantsJSON tells a script's request from a form that was sent without one.
func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}
