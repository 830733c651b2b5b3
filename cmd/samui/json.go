package main

import (
	"bytes"
	"encoding/json"

	"samui/internal/journey"
)

// printJSON prints a run as one line.
func (w *world) printJSON(run journey.Run) {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(run); err != nil {
		panic("BUG: a run can't be encoded: " + err.Error())
	}
	_, _ = w.stdout.Write(line.Bytes())
}
