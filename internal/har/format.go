package har

import "samui/internal/journey"

// The form of an archive. Names that begin with _ are nobody's standard: those
// in _samui are ours, the others are those of Chrome's DevTools.

// log is all but its entries, which are written before it.
type log struct {
	Version string `json:"version"`
	Creator named  `json:"creator"`
	Browser *named `json:"browser,omitempty"`
	Pages   []page `json:"pages"`
	Comment string `json:"comment"`
}

type named struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type page struct {
	Started string     `json:"startedDateTime"`
	ID      string     `json:"id"`
	Title   string     `json:"title"`
	Timings loaded     `json:"pageTimings"`
	Samui   *aboutPage `json:"_samui"`
}

// loaded are times of a page, in ms since it began; -1 = not known.
type loaded struct {
	ContentLoad float64 `json:"onContentLoad"`
	Load        float64 `json:"onLoad"`
}

type aboutPage struct {
	Run     string          `json:"run_id"`
	Site    string          `json:"site"`
	Journey string          `json:"journey"`
	Device  string          `json:"device"`
	Step    string          `json:"step"`
	Outcome journey.Outcome `json:"outcome"`
	WaitMs  *float64        `json:"wait_ms"`
	Beyond  int             `json:"beyond"` // requests of the step that are only counted
	Inline  int             `json:"inline"` // data: and blob: URLs of the step
}

type entry struct {
	Page       string   `json:"pageref"`
	Started    string   `json:"startedDateTime"`
	Time       float64  `json:"time"`
	Request    request  `json:"request"`
	Response   response `json:"response"`
	Cache      struct{} `json:"cache"`
	Timings    timings  `json:"timings"`
	Server     string   `json:"serverIPAddress,omitempty"`
	Connection string   `json:"connection,omitempty"`

	Initiator initiator    `json:"_initiator"`
	Priority  string       `json:"_priority,omitempty"`
	Kind      string       `json:"_resourceType"`
	FromCache string       `json:"_fromCache,omitempty"`
	Samui     aboutRequest `json:"_samui"`
}

type request struct {
	Method      string   `json:"method"`
	URL         string   `json:"url"`
	Version     string   `json:"httpVersion"`
	Cookies     []string `json:"cookies"`
	Headers     []string `json:"headers"`
	Query       []string `json:"queryString"`
	HeadersSize int      `json:"headersSize"`
	BodySize    int      `json:"bodySize"`
}

type response struct {
	Status         int      `json:"status"`
	StatusText     string   `json:"statusText"`
	Version        string   `json:"httpVersion"`
	Cookies        []string `json:"cookies"`
	Headers        []string `json:"headers"`
	Content        content  `json:"content"`
	RedirectURL    string   `json:"redirectURL"`
	HeadersSize    int      `json:"headersSize"`
	BodySize       int      `json:"bodySize"`
	TransferSize   int64    `json:"_transferSize"`
	Error          *string  `json:"_error,omitempty"` // DevTools takes null for a text
	ServedByWorker bool     `json:"_fetchedViaServiceWorker"`
}

type content struct {
	Size int64  `json:"size"`
	MIME string `json:"mimeType"`
}

// timings are in ms; -1 = it didn't take place. ssl is part of connect.
type timings struct {
	Blocked float64 `json:"blocked"`
	DNS     float64 `json:"dns"`
	Connect float64 `json:"connect"`
	SSL     float64 `json:"ssl"`
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

type initiator struct {
	Kind string `json:"type"`
	URL  string `json:"url,omitempty"`
	Line *int   `json:"lineNumber,omitempty"` // from 0, as DevTools has it
}

type aboutRequest struct {
	ThirdParty bool           `json:"third_party"`
	Sender     journey.Sender `json:"sender"` // empty = the page itself
	Source     journey.Source `json:"source"` // empty = the network
	Navigation bool           `json:"navigation"`
	Redirect   bool           `json:"redirect"` // another one led to it
	Open       bool           `json:"open"`     // it had not ended when the visit did
	Messages   int            `json:"messages"` // of a socket
	HeldBack   string         `json:"held_back"`
}
