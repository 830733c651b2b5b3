package demo

import (
	"net/http"
	"slices"
	"strconv"
)

// maxQuantity is as many of one product as the shop sells at once.
const maxQuantity = 9

// basket is a cart with its prices.
type basket struct {
	Lines    []basketLine
	Count    int
	Goods    int // what the products cost
	Delivery int
	Total    int
}

type basketLine struct {
	product
	Quantity int
	Sum      int
}

// basket prices a cart. Delivery is on the shop from a certain amount on, and
// express costs extra.
func (l *locale) basket(v visitor, express bool) basket {
	b := basket{Count: v.Count()}
	for _, line := range v.Cart {
		if p, ok := l.find(line.Slug); ok {
			sum := p.Amount * line.Quantity
			b.Lines = append(b.Lines, basketLine{p, line.Quantity, sum})
			b.Goods += sum
		}
	}
	rates := l.rates()
	if b.Goods > 0 && b.Goods < rates.FreeFrom {
		b.Delivery = rates.Standard
	}
	if express {
		b.Delivery += rates.Express
	}
	b.Total = b.Goods + b.Delivery
	return b
}

// Rates is what delivery costs.
type Rates struct{ Standard, Express, FreeFrom int }

func (l *locale) rates() Rates {
	if l.Code == "he" {
		return Rates{Standard: 29, Express: 45, FreeFrom: 400}
	}
	return Rates{Standard: 8, Express: 12, FreeFrom: 100}
}

func (s *Shop) cart(v *visit) {
	s.render(v, http.StatusOK, "cart", v.locale.text("cart.title"), v.locale.basket(v.state, false))
}

// added tells a script what became of the cart.
type added struct {
	Count   int    `json:"count"`
	Message string `json:"message"`
}

func (s *Shop) cartAdd(v *visit) {
	p, ok := v.locale.find(v.r.PostFormValue("product"))
	if !ok {
		s.notFound(v)
		return
	}
	s.change(v, func(state *visitor) { state.put(p.Slug, 1) })
	if wantsJSON(v.r) {
		sendJSON(v.w, http.StatusOK, added{v.state.Count(), v.locale.text("cart.added", p.Name)})
		return
	}
	v.seeOther("/cart")
}

// cartUpdate sets how many of a product there are; none removes it.
func (s *Shop) cartUpdate(v *visit) {
	quantity, err := strconv.Atoi(v.r.PostFormValue("quantity"))
	p, ok := v.locale.find(v.r.PostFormValue("product"))
	if err != nil || !ok {
		s.notFound(v)
		return
	}
	s.change(v, func(state *visitor) { state.set(p.Slug, quantity) })
	v.seeOther("/cart")
}

func (s *Shop) cartEmpty(v *visit) {
	s.change(v, func(state *visitor) { state.Cart = nil })
	v.seeOther("/cart")
}

// put adds to what there is of a product.
func (v *visitor) put(slug string, more int) {
	for _, l := range v.Cart {
		if l.Slug == slug {
			v.set(slug, l.Quantity+more)
			return
		}
	}
	v.Cart = append(v.Cart, line{slug, min(more, maxQuantity)})
}

// set changes how many there are of a product that is in the cart.
func (v *visitor) set(slug string, quantity int) {
	for i := range v.Cart {
		if v.Cart[i].Slug == slug {
			v.Cart[i].Quantity = min(quantity, maxQuantity)
		}
	}
	v.Cart = slices.DeleteFunc(v.Cart, func(l line) bool { return l.Quantity <= 0 })
}
