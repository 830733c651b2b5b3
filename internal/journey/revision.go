package journey

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Revision is the hash of the journey's meaning: where it goes, what the
// customer does and must see. Titles, schedules, thresholds and places in the
// file are not part of it, nor are the values of secrets. Its form is 16
// hexadecimal digits.
func (j Journey) Revision() string {
	type step struct {
		ID     string
		Always bool
		Do     []Action
		Expect []Expectation
	}
	meaning := struct {
		URL   string
		Steps []step
	}{URL: j.Site.URL}
	for _, s := range j.Steps {
		m := step{ID: s.ID, Always: s.Always}
		for _, a := range s.Do {
			a.Pos = Pos{}
			m.Do = append(m.Do, a)
		}
		for _, e := range s.Expect {
			e.Pos = Pos{}
			m.Expect = append(m.Expect, e)
		}
		meaning.Steps = append(meaning.Steps, m)
	}
	data, err := json.Marshal(meaning)
	if err != nil {
		panic("BUG: a journey's meaning can't be encoded: " + err.Error())
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}
