package demo

import (
	"fmt"
	"slices"
	"strings"
)

// product is something to buy, in one language.
type product struct {
	Slug         string   `json:"slug"`
	Category     string   `json:"category"`
	CategoryName string   `json:"category_name"`
	Name         string   `json:"name"`
	Blurb        string   `json:"blurb"`
	Details      []string `json:"details"`
	Amount       int      `json:"amount"`
	Price        string   `json:"price"`
	Picture      string   `json:"picture"`
	URL          string   `json:"url"`
	New          bool     `json:"new"`
	Shape        string   `json:"-"`
	Tones        []string `json:"-"` // main, shade, accent, ground
	terms        []string // what it is found by
}

// shelf is a product as the catalogue's file has it, in every language.
type shelf struct {
	Slug     string              `json:"slug"`
	Category string              `json:"category"`
	Shape    string              `json:"shape"`
	Tones    []string            `json:"tones"`
	New      bool                `json:"new"`
	Price    map[string]int      `json:"price"`
	Name     map[string]string   `json:"name"`
	Blurb    map[string]string   `json:"blurb"`
	Details  map[string][]string `json:"details"`
	Terms    map[string]string   `json:"terms"`
}

// categories are the departments, in the order they are shown.
func categories() []string { return []string{"footwear", "shelter", "packs", "kitchen", "clothing"} }

// loadProducts stocks each language's shelves.
func loadProducts(locales []*locale) error {
	var stock []shelf
	if err := readJSON("web/products.json", &stock); err != nil {
		return err
	}
	for _, l := range locales {
		for _, s := range stock {
			name, ok := s.Name[l.Code]
			if !ok {
				return fmt.Errorf("reading the shop: product %q has no name in %q", s.Slug, l.Code)
			}
			l.products = append(l.products, product{
				Slug:         s.Slug,
				Category:     s.Category,
				CategoryName: l.text("category." + s.Category),
				Name:         name,
				Blurb:        s.Blurb[l.Code],
				Details:      s.Details[l.Code],
				Amount:       s.Price[l.Code],
				Price:        l.Money(s.Price[l.Code]),
				Picture:      "/img/" + s.Slug + ".svg",
				URL:          l.URL("/products/" + s.Slug),
				New:          s.New,
				Shape:        s.Shape,
				Tones:        s.Tones,
				terms:        strings.Fields(strings.ToLower(name + " " + s.Terms[l.Code])),
			})
		}
	}
	return nil
}

// find returns the product of a slug.
func (l *locale) find(slug string) (product, bool) {
	i := slices.IndexFunc(l.products, func(p product) bool { return p.Slug == slug })
	if i < 0 {
		return product{}, false
	}
	return l.products[i], true
}

// matching returns the products that have every word of a query as a word of
// their own, in the catalogue's order; a query without words finds nothing.
func (l *locale) matching(query string) []product {
	return l.having(query, func(term, word string) bool { return term == word })
}

// beginning is matching for a query whose words are still being typed.
func (l *locale) beginning(query string) []product {
	return l.having(query, strings.HasPrefix)
}

func (l *locale) having(query string, same func(term, word string) bool) []product {
	words := strings.Fields(strings.ToLower(query))
	var found []product
	for _, p := range l.products {
		has := func(word string) bool {
			return slices.ContainsFunc(p.terms, func(term string) bool { return same(term, word) })
		}
		missing := slices.ContainsFunc(words, func(word string) bool { return !has(word) })
		if len(words) > 0 && !missing {
			found = append(found, p)
		}
	}
	return found
}

// category returns the products of a department, all of them for "".
func (l *locale) category(name string) []product {
	var found []product
	for _, p := range l.products {
		if name == "" || p.Category == name {
			found = append(found, p)
		}
	}
	return found
}

// Department is a category and what it is called.
type Department struct{ Slug, Name string }

// Departments are the categories in this language.
func (l *locale) Departments() []Department {
	var all []Department
	for _, c := range categories() {
		all = append(all, Department{c, l.text("category." + c)})
	}
	return all
}
