package journey

import "encoding/json"

// mostConsole is how many different errors of a step are told one by one.
const mostConsole = 5

// ConsoleError is what a page's console showed as an error: what console.error
// was called with, an exception that nothing caught, a complaint of Chrome's
// own.
type ConsoleError struct {
	Text   string  `json:"text"`   // its first line, cut off with … where it is long
	Source *string `json:"source"` // file:line:column; nil = not known
	Times  int     `json:"times"`  // how often the same came in this step
}

// Console is the first different errors of a step, in the order in which they
// came. It is bounded: a step's ConsoleErrors counts all of them.
type Console []ConsoleError

// Note adds one that came; beyond the bound only those that are there already
// are counted.
func (c Console) Note(e ConsoleError) Console {
	for i := range c {
		if c[i].Text == e.Text && (c[i].Source == e.Source || c[i].Source != nil && e.Source != nil && *c[i].Source == *e.Source) {
			c[i].Times += e.Times
			return c
		}
	}
	if len(c) == mostConsole {
		return c
	}
	return append(c, e)
}

// Plus is both together, c first.
func (c Console) Plus(o Console) Console {
	sum := append(Console(nil), c...)
	for _, e := range o {
		sum = sum.Note(e)
	}
	return sum
}

// Map is a copy with every text changed by f.
func (c Console) Map(f func(string) string) Console {
	var all Console
	for _, e := range c {
		e.Text = f(e.Text)
		if e.Source != nil {
			e.Source = new(f(*e.Source))
		}
		all = append(all, e)
	}
	return all
}

// MarshalJSON writes no errors as an empty list, never as null.
func (c Console) MarshalJSON() ([]byte, error) {
	if c == nil {
		c = Console{}
	}
	return json.Marshal([]ConsoleError(c))
}

// UnmarshalJSON reads an empty list as no errors.
func (c *Console) UnmarshalJSON(data []byte) error {
	var all []ConsoleError
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	*c = nil
	if len(all) > 0 {
		*c = all
	}
	return nil
}
