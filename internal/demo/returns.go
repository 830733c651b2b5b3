package demo

import (
	"fmt"
	"net/http"
	"slices"
)

// returnPage is the form, or what became of it.
type returnPage struct {
	Reasons []reason
	Code    string // of the return just registered
	Unknown string // the order number that doesn't exist
}

// reason is why somebody sends something back.
type reason struct{ Value, Label string }

func (l *locale) reasons() []reason {
	var all []reason
	for _, value := range []string{"small", "large", "other", "damaged"} {
		all = append(all, reason{value, l.text("returns.reason." + value)})
	}
	return all
}

func (s *Shop) returns(v *visit) {
	p := returnPage{Reasons: v.locale.reasons()}
	if code := v.r.FormValue("registered"); slices.Contains(v.state.Returns, code) {
		p.Code = code
	}
	s.render(v, http.StatusOK, "returns", v.locale.text("returns.title"), p)
}

func (s *Shop) registerReturn(v *visit) {
	number := v.r.PostFormValue("order")
	if _, ok := v.findOrder(number); !ok {
		p := returnPage{Reasons: v.locale.reasons(), Unknown: number}
		s.render(v, http.StatusUnprocessableEntity, "returns", v.locale.text("returns.title"), p)
		return
	}
	code := fmt.Sprintf("RT-%d", firstNumber+s.numbers.Add(1))
	s.change(v, func(state *visitor) { state.Returns = keep(state.Returns, code) })
	v.seeOther("/returns?registered=" + code)
}
