package demo

import (
	"net/http"
	"slices"
	"strings"
)

// status is how far an order has got: a key of the texts.
type status string

const (
	statusPacking   status = "packing"
	statusOnTheWay  status = "on_the_way"
	statusDelivered status = "delivered"
)

// order is something bought.
type order struct {
	Number string
	Name   string
	Lines  []line
	Total  int
	Status status
}

// firstNumber is the number before the first order of this shop's life.
const firstNumber = 50_000

// pastOrders are orders that everybody can look up, placed before the shop
// opened.
func pastOrders() []order {
	return []order{
		{Number: "GH-20418", Name: "Noa", Lines: []line{{"halo-two", 1}, {"cirrus", 2}}, Status: statusOnTheWay},
		{Number: "GH-20377", Name: "Noa", Lines: []line{{"ember", 1}}, Status: statusDelivered},
	}
}

// orderPage is the look-up with, once a number was given, what was found.
type orderPage struct {
	Number string
	Asked  bool
	Found  bool
	Status status
	Stages []stage
	Lines  []basketLine
}

// stage is one stop of an order's way.
type stage struct {
	Name    string
	Reached bool
	Now     bool
}

// findOrder looks among the visitor's own orders and those everybody may see.
func (v *visit) findOrder(number string) (order, bool) {
	all := append(pastOrders(), v.state.Orders...)
	i := slices.IndexFunc(all, func(o order) bool { return strings.EqualFold(o.Number, strings.TrimSpace(number)) })
	if i < 0 {
		return order{}, false
	}
	return all[i], true
}

func (s *Shop) orders(v *visit) {
	number := strings.TrimSpace(v.r.FormValue("number"))
	p := orderPage{Number: number, Asked: number != ""}
	if o, ok := v.findOrder(number); ok {
		p.Found, p.Number, p.Status = true, o.Number, o.Status
		p.Stages = v.locale.stages(o.Status)
		p.Lines = v.locale.basket(visitor{Cart: o.Lines}, false).Lines
	}
	s.render(v, http.StatusOK, "orders", v.locale.text("orders.title"), p)
}

// stages is an order's way with the stops that it has passed.
func (l *locale) stages(now status) []stage {
	way := []status{statusPacking, statusOnTheWay, statusDelivered}
	at := slices.Index(way, now)
	var all []stage
	for i, s := range way {
		all = append(all, stage{l.text("orders.status." + string(s)), i <= at, i == at})
	}
	return all
}

func (s *Shop) orderConfirmed(v *visit) {
	o, ok := v.findOrder(v.r.PathValue("number"))
	if !ok {
		s.notFound(v)
		return
	}
	s.render(v, http.StatusOK, "confirmed", v.locale.text("confirmed.title"), o)
}
