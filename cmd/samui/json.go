package main

import (
	"encoding/json"

	"samui/internal/journey"
)

// printJSON prints a run as one line.
func (w *world) printJSON(run journey.Run) {
	line, err := json.Marshal(run)
	if err != nil {
		panic("BUG: a run can't be encoded: " + err.Error())
	}
	_, _ = w.stdout.Write(append(line, '\n')) // what can't be written is told at the end
}
