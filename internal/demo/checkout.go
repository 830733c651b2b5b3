package demo

import (
	"fmt"
	"net/http"
	"strings"
)

// testCard is the only card that pays: nobody should type a real one here.
const testCard = "4242 4242 4242 4242"

// failEvery is which order random-500 loses.
const failEvery = 10

// orderForm is what a customer fills in at the checkout.
type orderForm struct {
	Name, Email, Address, City, Country, Card, Expiry, Code string

	Express bool
	Terms   bool
}

// checkoutPage is the form with the cart beside it and, the second time, what
// was wrong with it.
type checkoutPage struct {
	basket
	Form  orderForm
	Rates Rates
	Card  string
	Wrong []wrong
}

// wrong is a field and what is wrong with it.
type wrong struct{ Field, Text string }

func (s *Shop) checkout(v *visit) {
	if len(v.state.Cart) == 0 {
		v.seeOther("/cart")
		return
	}
	s.render(v, http.StatusOK, "checkout", v.locale.text("checkout.title"), v.checkoutPage(orderForm{}, nil))
}

func (v *visit) checkoutPage(f orderForm, w []wrong) checkoutPage {
	return checkoutPage{v.locale.basket(v.state, f.Express), f, v.locale.rates(), testCard, w}
}

func (s *Shop) placeOrder(v *visit) {
	if s.losesOrder() {
		s.render(v, http.StatusInternalServerError, "sorry", v.locale.text("sorry.title"), nil)
		return
	}
	if len(v.state.Cart) == 0 {
		v.seeOther("/cart")
		return
	}
	f := readOrderForm(v.r)
	if w := f.wrong(v.locale); len(w) > 0 {
		s.render(v, http.StatusUnprocessableEntity, "checkout", v.locale.text("checkout.title"), v.checkoutPage(f, w))
		return
	}
	placed := order{
		Number: fmt.Sprintf("GH-%d", firstNumber+s.numbers.Add(1)),
		Name:   f.Name,
		Total:  v.locale.basket(v.state, f.Express).Total,
		Status: statusPacking,
	}
	s.change(v, func(state *visitor) {
		placed.Lines, state.Cart = state.Cart, nil
		state.Orders = keep(state.Orders, placed)
	})
	v.seeOther("/orders/" + placed.Number + "/confirmed")
}

// losesOrder says whether this order meets failing-checkout or random-500.
func (s *Shop) losesOrder() bool {
	if s.troubled(random500) && s.checkouts.Add(1)%failEvery == 0 {
		return true
	}
	return s.troubled(failingCheckout)
}

func readOrderForm(r *http.Request) orderForm {
	field := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	return orderForm{
		Name: field("name"), Email: field("email"), Address: field("address"), City: field("city"), Country: field("country"),
		Card: field("card"), Expiry: field("expiry"), Code: field("code"),
		Express: field("delivery") == "express",
		Terms:   field("terms") != "",
	}
}

// wrong lists what has to be put right before the order can be placed.
func (f orderForm) wrong(l *locale) []wrong {
	var found []wrong
	required := []struct{ field, value, text string }{
		{"name", f.Name, "checkout.wrong.name"},
		{"email", f.Email, "checkout.wrong.email"},
		{"address", f.Address, "checkout.wrong.address"},
		{"city", f.City, "checkout.wrong.city"},
	}
	for _, r := range required {
		if r.value == "" {
			found = append(found, wrong{r.field, l.text(r.text)})
		}
	}
	if digits(f.Card) != digits(testCard) {
		found = append(found, wrong{"card", l.text("checkout.wrong.card", testCard)})
	}
	if !f.Terms {
		found = append(found, wrong{"terms", l.text("checkout.wrong.terms")})
	}
	return found
}

// digits leaves out what people put between the groups of a card's number.
func digits(s string) string {
	return strings.NewReplacer(" ", "", "-", "").Replace(s)
}

// Country is where an order can go.
type Country struct{ Code, Name string }

// Countries are where orders can go, the nearest first.
func (l *locale) Countries() []Country {
	var all []Country
	for _, code := range []string{"il", "pt", "de", "us"} {
		all = append(all, Country{code, l.text("country." + code)})
	}
	return all
}
