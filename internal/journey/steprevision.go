package journey

// StepRevision is the hash of one step's meaning: what its customer does and
// must see, and under which conditions of the whole visit. Where it changes, the
// step's waits begin a new history; those of the journey's other steps go on.
func (j Journey) StepRevision(i int) string {
	j.Steps, j.StopBefore = j.Steps[i:i+1], ""
	return j.Revision()
}
