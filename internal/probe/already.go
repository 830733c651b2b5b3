package probe

import (
	"fmt"

	"samui/internal/journey"
)

// nothingBrought warns the author of a step whose wait says nothing, since all
// that it expects was there before its last input.
func nothingBrought(step journey.Step) string {
	advice := "expect something that the input brings"
	if onlyFills(step.Do) {
		advice = "fill and send in one step"
	}
	return fmt.Sprintf("%s: step %q: everything it expects was there before its last input, and the wait begins there; %s", step.Pos, step.ID, advice)
}

// onlyFills reports whether actions only fill in a form, which they don't send.
func onlyFills(actions []journey.Action) bool {
	for _, a := range actions {
		switch a.Verb { //nolint:exhaustive // the rest is no filling in
		case journey.Fill, journey.Type, journey.Clear, journey.Check, journey.Uncheck, journey.Select, journey.Upload:
		default:
			return false
		}
	}
	return len(actions) > 0
}
