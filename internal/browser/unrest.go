package browser

import (
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"

	"samui/internal/journey"
)

// unrest is what a page did in a step that no customer asked for: it explains
// why the page was not what was expected. The state's lock guards it.
type unrest struct {
	dialogs   int     // that the page opened
	windows   int     // that the page asked for
	documents int     // that came, one after the other
	brokeOff  string  // why the last main document did not come to its end; empty = it did
	barren    *barren // the last navigation that was answered with no page; nil = there was none
}

// barren is an answer to a navigation in whose place the page before stays.
type barren struct {
	url    string
	status int
	file   string // its type, where it is a file; empty = the answer has no content
}

const (
	// mostWindows and mostDocuments are how many tabs and documents a step may
	// bring before that is told as what is wrong: no site needs so many.
	mostWindows   = 10
	mostDocuments = 8
	mostDialogs   = 10
)

// newBarren is what an answer was that brought no document; nil where it was a
// page, and the navigation was only overtaken by another.
func newBarren(r *network.Response) *barren {
	if r == nil {
		return nil
	}
	found := &barren{url: r.URL, status: int(r.Status)}
	if r.Status == http.StatusNoContent || r.Status == http.StatusResetContent {
		return found
	}
	disposition := ""
	for name, value := range r.Headers {
		if strings.EqualFold(name, "Content-Disposition") {
			disposition, _, _ = mime.ParseMediaType(fmt.Sprint(value))
		}
	}
	if disposition != "attachment" && shown(r.MimeType) {
		return nil
	}
	found.file = r.MimeType
	if found.file == "" {
		found.file = "unknown type"
	}
	return found
}

// shown tells whether Chrome shows what is of that type rather than saving it.
func shown(mimeType string) bool {
	kind, sub, _ := strings.Cut(mimeType, "/")
	switch kind {
	case "text", "image", "audio", "video", "":
		return true
	}
	return strings.HasSuffix(sub, "xml") || strings.HasSuffix(sub, "json") || sub == "javascript"
}

func (b barren) String() string {
	if b.file == "" {
		return fmt.Sprintf("%s answered %d %s: there is no page to show", bareAddress(b.url), b.status, http.StatusText(b.status))
	}
	return fmt.Sprintf("%s is a file (%s), not a page", bareAddress(b.url), b.file)
}

func (b barren) hint() string {
	if b.file == "" {
		return "the page that was there stays; if that is right, expect what it shows then, or ask for the address in a step of requests: do: [request: …]"
	}
	return "if a file is right, expect it: download: NAME"
}

// failure is that of an address which was opened and brought no page.
func (b barren) failure(pos journey.Pos) *Failure {
	return &Failure{Kind: journey.KindNavigation, Status: b.status, Message: b.String(), Hint: b.hint(), Pos: pos}
}

// tellLocked adds to a failure what the page did meanwhile, and puts the hint
// that goes with the worst of it in the place of a guess.
func (s *state) tellLocked(f *Failure) {
	u := s.unrest
	if s.nav.pending {
		f.Message += "; the page was still on its way to " + shortAddress(s.nav.url)
	}
	if u.documents > mostDocuments {
		f.Message += fmt.Sprintf("; it went on to another document %d times", u.documents)
		f.Hint = "the page sends the customer on without end, by a script or a meta refresh; open it in a browser and see where to"
	}
	if s.dialog != "" {
		f.Message += fmt.Sprintf("; the page said %q", s.dialog)
	}
	if u.dialogs > mostDialogs {
		f.Message += fmt.Sprintf(", and opened %d dialogs in all", u.dialogs)
		f.Hint = "a script of the page opens one dialog after the other; no customer gets past them"
	}
	if u.windows > mostWindows {
		f.Message += fmt.Sprintf("; it asked for %d new tabs", u.windows)
		f.Hint = "a script of the page opens tabs without end, each of which holds it up; look for window.open"
	}
	switch {
	case u.barren != nil:
		f.Message += "; " + u.barren.String()
		if f.Hint == "" {
			f.Hint = u.barren.hint()
		}
	case u.brokeOff != "":
		f.Message += "; its document broke off: " + u.brokeOff
		f.Hint = "the server's answer, or that of a proxy before it, is not what it says that it is: ask for it with curl -v --compressed"
	case s.comingLocked():
		f.Message += "; its document was still coming"
		if f.Hint == "" {
			f.Hint = "the server began its answer and did not end it in time"
		}
	}
	if s.refused != "" && f.Hint == "" {
		f.Hint = s.refused
	}
}

// comingLocked tells whether the current document has been coming for longer
// than any needs.
func (s *state) comingLocked() bool {
	return s.doc.serial > 1 && s.doc.parsedAt == 0 && !s.nav.pending && epochMs(time.Now())-s.doc.origin > float64(settleCap.Milliseconds())/2
}

// shortAddress is an address that fits into a message: what is longer is cut
// where a part of it ends, since half a secret would not be recognised as one.
func shortAddress(address string) string {
	const most = 2000
	if len(address) <= most {
		return address
	}
	return address[:strings.LastIndexAny(address[:most], "/?&=#;")+1] + "…"
}

// barren is what the last navigation was answered with, where that is no page.
func (st *step) barren() *barren {
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	return st.state.unrest.barren
}
