package web

import (
	"time"

	"samui/internal/incident"
)

// turnMark is where a picture of time shows that something changed.
type turnMark struct {
	X    float64
	Text string
}

// newBrowser is a browser that is new, for people.
type newBrowser struct {
	From, To  string
	At, Until moment
}

// words say what changed.
func (t Turn) words() string {
	what := "the step was changed"
	if t.Step == "" {
		from, to := incident.Update{From: t.From, To: t.To}.Versions()
		what = "Chrome was updated from " + from + " to " + to
	}
	return t.At.UTC().Format("2006-01-02 15:04 UTC") + ": " + what
}

// marks are the changes within an axis, at the places that it gives them.
func marks(turns []Turn, a axis, place func(time.Time) float64) (all []turnMark) {
	for _, t := range turns {
		if !t.At.Before(a.From) && t.At.Before(a.To) {
			all = append(all, turnMark{round1(place(t.At)), t.words()})
		}
	}
	return all
}

// ofBrowser are the changes of the browser.
func ofBrowser(turns []Turn) (all []Turn) {
	for _, t := range turns {
		if t.Step == "" {
			all = append(all, t)
		}
	}
	return all
}

// ofStep are the changes of a step, and when the last of them was; zero = it
// means what it ever meant.
func ofStep(turns []Turn, step string) (all []Turn, begun time.Time) {
	for _, t := range turns {
		if t.Step == step && step != "" {
			all, begun = append(all, t), t.At
		}
	}
	return all, begun
}

// isNew is the last update of the browser, as long as it is new; nil = none is.
func isNew(turns []Turn, now time.Time) *newBrowser {
	browsers := ofBrowser(turns)
	if len(browsers) == 0 {
		return nil
	}
	last := browsers[len(browsers)-1]
	return updateOf(&incident.Update{At: last.At, From: last.From, To: last.To}, now)
}

// updateOf is an update for people; nil where it is new no more.
func updateOf(u *incident.Update, now time.Time) *newBrowser {
	if !u.Holds(now) {
		return nil
	}
	return spell(*u, now)
}

func spell(u incident.Update, now time.Time) *newBrowser {
	n := &newBrowser{At: momentOf(u.At, now), Until: momentOf(u.Until(), now)}
	n.From, n.To = u.Versions()
	return n
}
