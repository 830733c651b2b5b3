package journey

// Overlay is something that may appear at any time and is closed whenever it
// is there.
type Overlay struct {
	See    *Target // what shows that it is there
	Click  *Target // what closes it
	AtMost int     // times in a visit; one more fails the step
	Pos    Pos
}

// String is the overlay as a person would write it, secrets hidden.
func (o Overlay) String() string {
	if o.See == o.Click {
		return "{click: " + o.Click.String() + "}"
	}
	return "{see: " + o.See.String() + ", click: " + o.Click.String() + "}"
}

// Consent is what is answered to a banner that asks about cookies.
type Consent string

// The answers. Empty is as ConsentIgnore.
const (
	ConsentAccept Consent = "accept"
	ConsentReject Consent = "reject"
	ConsentIgnore Consent = "ignore" // the banner stays
)

type overlayMeaning struct {
	See    *targetMeaning `json:"see"`
	Click  *targetMeaning `json:"click"`
	AtMost int            `json:"at_most"`
}

func overlayMeaningsOf(j Journey) []overlayMeaning {
	var all []overlayMeaning
	for _, o := range j.Overlays {
		all = append(all, overlayMeaning{targetMeaningOf(o.See), targetMeaningOf(o.Click), o.AtMost})
	}
	return all
}
