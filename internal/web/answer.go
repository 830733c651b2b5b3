package web

import (
	"encoding/json"
	"net/http"
)

// answer sends a value as JSON.
func (s *server) answer(w http.ResponseWriter, status int, value any) {
	data, err := json.Marshal(value)
	if err != nil {
		panic("BUG: an answer can't be encoded: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(data, '\n')) // a reader that went away misses nothing
}

// problem says what is wrong with a request and what to do.
func (s *server) problem(w http.ResponseWriter, status int, what, hint string) {
	s.answer(w, status, struct {
		Error string `json:"error"`
		Hint  string `json:"hint,omitempty"`
	}{what, hint})
}

// broken is for what isn't the asker's fault; why stands in the log only.
func (s *server) broken(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // the asker went away
	}
	s.log.Error("answering a request", "path", r.URL.Path, "error", err)
	s.problem(w, http.StatusInternalServerError, "Samui could not read its results", "the log says why")
}
