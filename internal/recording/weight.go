package recording

import "samui/internal/journey"

// A journey file is written by hand: one may hold so many values, and so many
// bytes, and no more. The limits are below those of the loader.
const (
	mostValues = 9_000
	mostBytes  = 900 << 10
)

// weight is what a journey and its notes come to in a file, at most.
type weight struct{ values, bytes int }

func (w *weight) add(values, bytes int) {
	w.values += values
	w.bytes += bytes
}

func (w weight) tooMuch() bool { return w.values > mostValues || w.bytes > mostBytes }

// text counts a text, of which a writer may escape every character.
func (w *weight) text(texts ...journey.Text) {
	for _, t := range texts {
		n := 20
		for _, p := range t.Parts() {
			n += 4*len(p.Literal) + len(p.Source)
		}
		w.add(1, n)
	}
}

func (w *weight) target(t *journey.Target) {
	for ; t != nil; t = t.Within {
		w.add(1, 40)
		w.text(t.Value, t.Name, t.Has)
		w.target(t.Frame)
		for i := range t.FirstOf {
			w.target(&t.FirstOf[i])
		}
	}
}

func weigh(j journey.Journey, notes []Note) weight {
	var w weight
	for _, s := range j.Steps {
		w.add(8, 200+4*len(s.Title)+len(s.ID))
		for _, a := range s.Do {
			w.add(2, 60)
			w.target(a.Target)
			w.text(a.URL, a.With, a.Option, journey.Plain(a.File))
			w.text(a.Options...)
		}
		for _, e := range s.Expect {
			w.add(3, 60)
			w.target(e.Target)
			w.text(e.Text)
		}
	}
	for _, n := range notes {
		w.add(0, 60+len(n.Text)+len(n.Text)/4)
	}
	return w
}
