package demo

import (
	"fmt"
	"strings"
)

// Trouble is something that can go wrong in the shop.
type Trouble struct {
	Name string
	Help string // one line
}

// trouble is the index of a Trouble.
type trouble int

const (
	slowSearch trouble = iota
	failingCheckout
	lateImage
	layoutShift
	longTask
	hangingThirdParty
	random500
	slowSupport
	botWall
	renamedButton
	troubleCount
)

// Troubles lists everything that can go wrong, each with one line of help.
func Troubles() []Trouble {
	return []Trouble{
		slowSearch:        {"slow-search", "the results page takes 6 s"},
		failingCheckout:   {"failing-checkout", "placing an order answers 500 with an apology"},
		lateImage:         {"late-image", "the home page's hero picture takes 3.5 s"},
		layoutShift:       {"layout-shift", "a banner arrives late and pushes every page down (CLS above 0.25)"},
		longTask:          {"long-task", "scripts block the page for 600 ms on load, on every input and on every click"},
		hangingThirdParty: {"hanging-third-party", "a third party's script never arrives: texts are there, the load event never comes"},
		random500:         {"random-500", "exactly every tenth order answers 500"},
		slowSupport:       {"slow-support", "the support chat takes 10 s to answer"},
		botWall:           {"bot-wall", "every page is a 403 that wants to know whether you are human"},
		renamedButton:     {"renamed-button", "\"Add to cart\" is called \"Put in basket\""},
	}
}

// Set switches a trouble on or off, for every visitor from the next request
// on. An unknown name is an error that says which one was probably meant.
func (s *Shop) Set(name string, on bool) error {
	t, err := findTrouble(name)
	if err != nil {
		return err
	}
	was := s.on[t].Swap(on)
	if t == random500 && on && !was {
		s.checkouts.Store(0)
	}
	return nil
}

func (s *Shop) troubled(t trouble) bool { return s.on[t].Load() }

func findTrouble(name string) (trouble, error) {
	var names []string
	nearest, least := "", len(name) // as far away as any name at all
	for i, t := range Troubles() {
		if t.Name == name {
			return trouble(i), nil
		}
		names = append(names, t.Name)
		if d := distance(name, t.Name); d < least {
			nearest, least = t.Name, d
		}
	}
	hint := ""
	if nearest != "" {
		hint = fmt.Sprintf("did you mean %q? ", nearest)
	}
	return 0, fmt.Errorf("there is no trouble %q; %sall of them: %s", name, hint, strings.Join(names, ", "))
}

// distance counts the letters to insert, remove or replace to get from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
