package demo

import (
	"net/http"
	"strings"
)

// reply is what the support chat answers to a script.
type reply struct {
	Text string `json:"text"`
}

func (s *Shop) support(v *visit) {
	s.render(v, http.StatusOK, "support", v.locale.text("support.title"), nil)
}

// supportAnswer answers a message by the first subject that it mentions.
func (s *Shop) supportAnswer(v *visit) {
	message := strings.ToLower(v.r.PostFormValue("message"))
	answer := v.locale.text("support.answer.other")
	for _, subject := range []string{"order", "return", "size", "hours"} {
		for word := range strings.FieldsSeq(v.locale.text("support.words." + subject)) {
			if strings.Contains(message, word) {
				sendJSON(v.w, http.StatusOK, reply{v.locale.text("support.answer." + subject)})
				return
			}
		}
	}
	sendJSON(v.w, http.StatusOK, reply{answer})
}
