package demo

import "net/http"

// The one account of the members' club. It is printed on the sign-in page:
// there is nothing behind it.
const (
	memberEmail    = "noa@example.com"
	memberPassword = "mountain"
	memberPoints   = 1240
	voucherPoints  = 100 // a voucher's price
)

// clubPage is the sign-in, or the members' page.
type clubPage struct {
	Email, Password string
	Points          int
	Voucher         int
	NextTier        int
	SignedIn        bool
	Wrong           bool // the last sign-in was refused
	CanRedeem       bool
}

func (v *visit) clubPage() clubPage {
	left := memberPoints - v.state.Spent
	return clubPage{
		Email: memberEmail, Password: memberPassword,
		Points: left, Voucher: voucherPoints, NextTier: 2000,
		SignedIn:  v.state.Member != "",
		CanRedeem: left >= voucherPoints,
	}
}

func (s *Shop) club(v *visit) {
	s.render(v, http.StatusOK, "club", v.locale.text("club.title"), v.clubPage())
}

func (s *Shop) signIn(v *visit) {
	if v.r.PostFormValue("email") != memberEmail || v.r.PostFormValue("password") != memberPassword {
		p := v.clubPage()
		p.Wrong = true
		s.render(v, http.StatusUnprocessableEntity, "club", v.locale.text("club.title"), p)
		return
	}
	s.change(v, func(state *visitor) { state.Member = v.locale.text("club.member") })
	v.seeOther("/club")
}

func (s *Shop) signOut(v *visit) {
	s.change(v, func(state *visitor) { state.Member = "" })
	v.seeOther("/club")
}

// redeem turns points into a voucher. A new visit starts with all points again.
func (s *Shop) redeem(v *visit) {
	s.change(v, func(state *visitor) {
		if state.Member != "" && memberPoints-state.Spent >= voucherPoints {
			state.Spent += voucherPoints
		}
	})
	v.seeOther("/club")
}
