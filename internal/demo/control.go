package demo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// Where troubles are switched on and off: a page for people, JSON for scripts.
const (
	controlPage = "/_trouble"
	controlData = "/_trouble.json"
)

// troubleSwitch is a trouble as it is now.
type troubleSwitch struct {
	Trouble
	On bool
}

// control shows a switch for each trouble.
func (s *Shop) control(w http.ResponseWriter, _ *http.Request) {
	var data struct {
		Assets   *assets
		Switches []troubleSwitch
	}
	data.Assets = s.assets
	for i, t := range Troubles() {
		data.Switches = append(data.Switches, troubleSwitch{t, s.troubled(trouble(i))})
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	s.execute(w, http.StatusOK, "control", data)
}

// controlPost sets one switch and shows the page again. That only this page can
// post here is seen to by [http.CrossOriginProtection], for the whole shop.
func (s *Shop) controlPost(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
	on, err := strconv.ParseBool(r.PostFormValue("on"))
	if err == nil {
		err = s.Set(r.PostFormValue("name"), on)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	http.Redirect(w, r, controlPage, http.StatusSeeOther)
}

// controlJSON answers {"slow-search": false, …}.
func (s *Shop) controlJSON(w http.ResponseWriter, _ *http.Request) {
	state := map[string]bool{}
	for i, t := range Troubles() {
		state[t.Name] = s.troubled(trouble(i))
	}
	sendJSON(w, http.StatusOK, state)
}

// controlPut sets the switches that the body names and leaves the others. It
// sets either all of them or, where one is unknown, none.
func (s *Shop) controlPut(w http.ResponseWriter, r *http.Request) {
	var wanted map[string]bool
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxFormBytes)).Decode(&wanted)
	if err != nil {
		err = fmt.Errorf(`reading the switches: %w; want {"slow-search": true}`, err)
	}
	for name := range wanted {
		if err == nil {
			_, err = findTrouble(name)
		}
	}
	if err != nil {
		sendJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	for name, on := range wanted {
		if err := s.Set(name, on); err != nil {
			panic("BUG: " + err.Error())
		}
	}
	s.controlJSON(w, r)
}
