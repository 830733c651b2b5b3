package slacktest

import (
	"net/http"
	"strconv"
	"time"
)

// Fault is a way to fail. The zero value is none.
type Fault struct {
	// Accept does what was asked, before the answer fails: the caller can't know.
	Accept bool
	// Late does it this long after the caller has gone, when the answer is to Hang.
	Late time.Duration

	Status     int    // answers so, with a web page as its body
	RetryAfter string // as the header says it
	HTML       bool   // answers 200 with a web page
	Code       string // answers {"ok":false,"error":Code}; of a webhook, this body with Status
	Hang       bool   // answers nothing until the caller has gone
	Reset      bool   // cuts the connection
}

// Fail has the next calls of a method fail, one after the other; "*" stands for
// every method, "webhook" for incoming webhooks, "upload" for the upload of a
// file's bytes. The zero Fault lets one pass.
func (s *Server) Fail(method string, how ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[method] = append(s.faults[method], how...)
}

// FailAlways has every call of a method fail until it is called again with the
// zero Fault; "*" stands for every method.
func (s *Server) FailAlways(method string, how Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.always[method] = how
}

// fault is how a call is to fail.
func (s *Server) fault(method string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range []string{method, "*"} {
		if queue := s.faults[name]; len(queue) > 0 {
			s.faults[name] = queue[1:]
			return queue[0]
		}
		if f := s.always[name]; f != (Fault{}) {
			return f
		}
	}
	return Fault{}
}

// answer fails a call; do is what was asked.
func (f Fault) answer(w http.ResponseWriter, r *http.Request, do func() response) {
	if f.Accept {
		do()
	}
	switch {
	case f.Hang:
		<-r.Context().Done()
		if f.Late > 0 {
			time.AfterFunc(f.Late, func() { do() })
		}
		panic(http.ErrAbortHandler)
	case f.Reset:
		panic(http.ErrAbortHandler)
	case f.Code != "" && f.Status != 0:
		w.WriteHeader(f.Status)
		_, _ = w.Write([]byte(f.Code))
	case f.Code != "":
		refuse(f.Code).write(w)
	default:
		if f.RetryAfter != "" {
			w.Header().Set("Retry-After", f.RetryAfter)
		}
		w.Header().Set("Content-Type", "text/html")
		if !f.HTML {
			w.WriteHeader(f.Status)
		}
		_, _ = w.Write([]byte("<html><body>Welcome to the guest network " + strconv.Itoa(f.Status) + "</body></html>"))
	}
}
